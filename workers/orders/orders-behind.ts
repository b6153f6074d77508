/**
 * Workflows that are behind their order's record: an update that wrote to it was lost with the worker that handled it.
 * They are told to read it. Mails that no workflow sends any more are sent.
 */

import type { Client } from '@temporalio/client';
import type { Database } from '../../db/database.ts';
import {
  listTouchedOrders,
  listUntriedMails,
  type TouchedOrder,
} from '../../db/orders/orders/touched-orders.ts';
import { readProgress } from '../../db/orders/orders/progress.ts';
import { orderWorkflowId } from '../../temporal/orders/messages.ts';
import type { Job } from '../operations/jobs.ts';
import { readWorkflowHealth } from '../reconciliation/workflow-health.ts';
import { catchUpWorkflow, isBehind } from './behind-record.ts';

/** Younger changes are on their way to their workflow. */
const TOO_YOUNG_SECONDS = 3;
/** How far back is looked in every round, and further when there was none for longer: at what was done while no worker ran. */
const WITHIN_SECONDS = 600;
const FURTHEST_SECONDS = 24 * 60 * 60;
/** Mails are tried within seconds. */
const MAILS_WAIT_SECONDS = 15;
const PER_ROUND = 1_000;

interface Options {
  readonly orders: Database;
  readonly temporal: Client;
  /** Sends what is due of an order, if the mail server is quick. */
  readonly sendMails: (request: { orderId: string }) => Promise<unknown>;
}

/** Looks every 5 seconds. */
export function createOrdersBehindJob({ orders, temporal, sendMails }: Options): Job {
  /** The version at which an order's workflow was seen to know its record. */
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
      for (const order of [...unknown, ...untried]) {
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
    if (health.taskAttempts === 0 && health.activities.length === 0) known.set(orderId, version);
  }
}
