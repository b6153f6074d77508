/**
 * Finds workflows that are behind their order's record, since an update that wrote to it was lost with its worker, and
 * makes them read it. Also sends mails that no workflow sends any more.
 */

import type { Client } from '@temporalio/client';
import type { Database } from '../../db/database.ts';
import {
  listOverdueQuestions,
  listTouchedOrders,
  listUntriedMails,
  type TouchedOrder,
} from '../../db/orders/orders/touched-orders.ts';
import { readProgress } from '../../db/orders/orders/progress.ts';
import { orderWorkflowId } from '../../temporal/orders/messages.ts';
import type { Job } from '../operations/jobs.ts';
import { readWorkflowHealth } from '../reconciliation/workflow-health.ts';
import { catchUpWorkflow, isBehind } from './behind-record.ts';

/** Younger changes may still be on their way to their workflow. */
const TOO_YOUNG_SECONDS = 3;
/**
 * How far back each round looks; further if there was no round for longer, to cover changes made while no worker ran.
 */
const WITHIN_SECONDS = 600;
const FURTHEST_SECONDS = 24 * 60 * 60;
/** A mail is first tried within seconds. */
const MAILS_WAIT_SECONDS = 15;
/** A question is decided as soon as its time is over. */
const QUESTIONS_WAIT_SECONDS = 6;
const PER_ROUND = 1_000;

interface Options {
  readonly orders: Database;
  readonly temporal: Client;
  /** Sends an order's due mails, if the mail server is quick. */
  readonly sendMails: (request: { orderId: string }) => Promise<unknown>;
}

/** Runs every 5 seconds. */
export function createOrdersBehindJob({ orders, temporal, sendMails }: Options): Job {
  /** The version at which each order's workflow was last seen up to date. */
  const known = new Map<string, number>();

  return {
    name: 'orders_behind',
    everyMs: 5_000,
    failure: 'workflows could not be caught up',
    run: async ({ secondsSince, signal }) => {
      const touched = await listTouchedOrders(orders, {
        fromSeconds: Math.min(FURTHEST_SECONDS, (secondsSince ?? Infinity) + WITHIN_SECONDS),
        toSeconds: TOO_YOUNG_SECONDS,
        limit: PER_ROUND,
      });
      const ids = new Set(touched.map(({ orderId }) => orderId));
      for (const orderId of known.keys()) if (!ids.has(orderId)) known.delete(orderId);
      const unknown = touched.filter(({ orderId, version }) => known.get(orderId) !== version);
      const untried = await listUntriedMails(orders, { seconds: MAILS_WAIT_SECONDS, limit: PER_ROUND });
      const overdue = await listOverdueQuestions(orders, {
        seconds: QUESTIONS_WAIT_SECONDS,
        limit: PER_ROUND,
      });
      for (const order of [...unknown, ...untried, ...overdue]) {
        if (signal.aborted) return;
        await lookAt(order);
      }
    },
  };

  async function lookAt({ orderId, version }: TouchedOrder): Promise<void> {
    const health = await readWorkflowHealth(temporal, orderWorkflowId(orderId));
    const progress = await readProgress(orders, orderId);
    if (isBehind(health, progress)) return catchUpWorkflow(temporal, orderId);
    if (health.status !== 'RUNNING' && progress.hasUntriedMails) await sendMails({ orderId });
    // A change that waits for its payer is looked at again: it ends by itself.
    if (health.taskAttempts === 0 && health.activities.length === 0 && !progress.change)
      known.set(orderId, version);
  }
}
