import { isDeepStrictEqual } from 'node:util';
import {
  ScheduleAlreadyRunning,
  type Client,
  type ScheduleDescription,
  type ScheduleOptions,
} from '@temporalio/client';
import { msToNumber } from '@temporalio/common/lib/time.js';
import { ORDERS_QUEUE } from '../queues.ts';
import { RECONCILIATION_SCHEDULE, RECONCILIATION_TIMEOUT } from './messages.ts';

/**
 * Makes Temporal start a reconciliation every `everyMs`: skipped while one runs, and not caught up after an outage of
 * Temporal. Safe to repeat, and to run in several workers concurrently; a new interval replaces the previous one, and a
 * paused schedule stays paused.
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
      workflowRunTimeout: msToNumber(RECONCILIATION_TIMEOUT),
      staticSummary: 'Our records against Stripe and Temporal',
    },
    policies: { overlap: 'SKIP', catchupWindow: msToNumber('1 minute') },
  };
  try {
    await temporal.schedule.create({ scheduleId: RECONCILIATION_SCHEDULE, ...plan });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    const schedule = temporal.schedule.getHandle(RECONCILIATION_SCHEDULE);
    // An update includes whether it is paused, and so could overwrite a concurrent change by an operator.
    if (isDeepStrictEqual(planOf(await schedule.describe()), plan)) return;
    await schedule.update(({ state }) => ({ state, ...plan }));
  }
}

/** Returns the parts of a schedule that we define. */
function planOf({ spec, action, policies }: ScheduleDescription) {
  const { type, workflowType, workflowId, taskQueue, args, workflowRunTimeout, staticSummary } = action;
  return {
    spec: { intervals: spec.intervals?.map(({ every }) => ({ every })) },
    action: { type, workflowType, workflowId, taskQueue, args, workflowRunTimeout, staticSummary },
    policies: { overlap: policies.overlap, catchupWindow: policies.catchupWindow },
  };
}
