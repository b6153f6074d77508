import { ScheduleAlreadyRunning, type Client, type ScheduleOptions } from '@temporalio/client';
import { ORDERS_QUEUE, RECONCILIATION_SCHEDULE, RECONCILIATION_TIMEOUT } from '../../workflows/messages.ts';

/**
 * Makes sure that Temporal starts a reconciliation every `everyMs`: skipped while one runs, and not made up for when
 * Temporal was away. Safe to repeat, by several workers at once; another interval takes the place of the one before,
 * and a schedule that somebody has paused stays paused.
 */
export async function registerReconciliation(temporal: Client, everyMs: number): Promise<void> {
  const plan: Pick<ScheduleOptions, 'spec' | 'action' | 'policies'> = {
    spec: { intervals: [{ every: everyMs }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'reconciliation',
      workflowId: RECONCILIATION_SCHEDULE,
      taskQueue: ORDERS_QUEUE,
      args: [{ startedBy: 'schedule' }],
      workflowRunTimeout: RECONCILIATION_TIMEOUT,
      staticSummary: 'Our records against Stripe and Temporal',
    },
    policies: { overlap: 'SKIP', catchupWindow: '1 minute' },
  };
  try {
    await temporal.schedule.create({ scheduleId: RECONCILIATION_SCHEDULE, ...plan });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await temporal.schedule.getHandle(RECONCILIATION_SCHEDULE).update(({ state }) => ({ state, ...plan }));
  }
}
