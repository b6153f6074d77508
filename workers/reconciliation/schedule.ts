import { ScheduleAlreadyRunning, type Client } from '@temporalio/client';
import { ORDERS_QUEUE, RECONCILIATION_SCHEDULE } from '../../workflows/messages.ts';

/**
 * Makes sure that Temporal starts a reconciliation every `everyMs`: skipped while one runs, and not made up for when
 * Temporal was away. Safe to repeat; another interval takes the place of the one before.
 */
export async function registerReconciliation(temporal: Client, everyMs: number): Promise<void> {
  const spec = { intervals: [{ every: everyMs }] };
  try {
    await temporal.schedule.create({
      scheduleId: RECONCILIATION_SCHEDULE,
      spec,
      action: {
        type: 'startWorkflow',
        workflowType: 'reconciliation',
        workflowId: RECONCILIATION_SCHEDULE,
        taskQueue: ORDERS_QUEUE,
        args: [{ startedBy: 'schedule' }],
        staticSummary: 'Our records against Stripe and Temporal',
      },
      policies: { overlap: 'SKIP', catchupWindow: '1 minute' },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await temporal.schedule.getHandle(RECONCILIATION_SCHEDULE).update((before) => ({ ...before, spec }));
  }
}
