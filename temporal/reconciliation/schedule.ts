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
    // An update says whether it is paused, too: it would undo what somebody does at this moment.
    if (isDeepStrictEqual(planOf(await schedule.describe()), plan)) return;
    await schedule.update(({ state }) => ({ state, ...plan }));
  }
}

/** Of a schedule, what we plan. */
function planOf({ spec, action, policies }: ScheduleDescription) {
  const { type, workflowType, workflowId, taskQueue, args, workflowRunTimeout, staticSummary } = action;
  return {
    spec: { intervals: spec.intervals?.map(({ every }) => ({ every })) },
    action: { type, workflowType, workflowId, taskQueue, args, workflowRunTimeout, staticSummary },
    policies: { overlap: policies.overlap, catchupWindow: policies.catchupWindow },
  };
}
