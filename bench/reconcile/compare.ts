/** One run of reconciliation, started by Temporal's schedule. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Database } from '../../db/database.ts';
import { countOpenDifferences } from '../../db/orders/reconciliation/differences.ts';
import { listRuns } from '../../db/orders/reconciliation/runs.ts';
import { RECONCILIATION_SCHEDULE } from '../../temporal/reconciliation/messages.ts';

/** The result of a run. */
export interface Comparison {
  /** The run's id in our database and at Temporal. */
  readonly id: string;
  readonly workflowId: string;
  /** From the trigger to its end. */
  readonly seconds: number;
  readonly intents: number;
  readonly payments: number;
  readonly bookings: number;
  /** Open differences, by kind. */
  readonly found: ReadonlyMap<string, number>;
}

const LOOK_EVERY_MS = 100;

/** Pauses the schedule, so that only requested runs happen. */
export async function pauseSchedule(temporal: Client): Promise<void> {
  await temporal.schedule.getHandle(RECONCILIATION_SCHEDULE).pause('only what is measured runs');
}

/** Triggers the schedule and waits for the run's end. Rejects if it fails. */
export async function compareNow(temporal: Client, orders: Database): Promise<Comparison> {
  const schedule = temporal.schedule.getHandle(RECONCILIATION_SCHEDULE);
  const [last] = await listRuns(orders, 1);
  const began = Date.now();
  await schedule.trigger();
  for (;;) {
    await delay(LOOK_EVERY_MS);
    const [run] = await listRuns(orders, 1);
    if (!run || run.id === last?.id || run.status === 'running') continue;
    if (run.status === 'failed') throw new Error('the comparison has failed');
    const { recentActions } = (await schedule.describe()).info;
    return {
      id: run.id,
      workflowId: recentActions.at(-1)!.action.workflow.workflowId,
      seconds: (Date.now() - began) / 1000,
      intents: run.comparedIntents,
      payments: run.comparedPayments,
      bookings: run.comparedBookings,
      found: await countOpenDifferences(orders),
    };
  }
}
