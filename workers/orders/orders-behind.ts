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
} from '../../db/orders/people/people-changes.ts';
import { readProgress } from '../../db/orders/orders/progress.ts';
import { orderWorkflowId } from '../../temporal/orders/messages.ts';
import { catchUpWorkflow, isBehind } from './behind-record.ts';
import { readWorkflowHealth } from '../reconciliation/workflow-health.ts';

const EVERY_MS = 5_000;
/** Younger changes are on their way to their workflow. */
const TOO_YOUNG_SECONDS = 3;
/** How far back is looked in every round; a worker that starts looks further back: at what was done while none ran. */
const WITHIN_SECONDS = 600;
const FIRST_WITHIN_SECONDS = 24 * 60 * 60;
/** Mails are tried within seconds. */
const MAILS_WAIT_SECONDS = 15;
const PER_ROUND = 1_000;

interface Options {
  readonly orders: Database;
  readonly client: Client;
  /** Sends what is due of an order, if the mail server is quick. */
  readonly sendMails: (request: { orderId: string }) => Promise<unknown>;
  readonly onError: (message: string, error: unknown) => void;
}

/** Looks every 5 seconds, and at once. `onError` hears of a round that failed; the next one tries again. */
export function startOrdersBehind(options: Options): { stop(): Promise<void> } {
  const { orders, client } = options;
  /** The version at which an order's workflow was seen to know its record. */
  const known = new Map<string, number>();
  let fromSeconds = FIRST_WITHIN_SECONDS;
  let isStopped = false;
  let round: Promise<void> | undefined;

  const look = () => {
    round ??= lookAtAll()
      .catch((error: unknown) => options.onError('workflows could not be caught up', error))
      .finally(() => (round = undefined));
  };
  const timer = setInterval(look, EVERY_MS);
  look();
  return {
    stop: async () => {
      isStopped = true;
      clearInterval(timer);
      await round;
    },
  };

  async function lookAtAll(): Promise<void> {
    const touched = await listTouchedOrders(orders, {
      fromSeconds,
      toSeconds: TOO_YOUNG_SECONDS,
      limit: PER_ROUND,
    });
    const ids = new Set(touched.map(({ orderId }) => orderId));
    for (const orderId of known.keys()) if (!ids.has(orderId)) known.delete(orderId);
    for (const order of touched) if (known.get(order.orderId) !== order.version) await lookAt(order);
    for (const order of await listUntriedMails(orders, { seconds: MAILS_WAIT_SECONDS, limit: PER_ROUND }))
      await lookAt(order);
    if (!isStopped) fromSeconds = WITHIN_SECONDS;
  }

  async function lookAt({ orderId, version }: TouchedOrder): Promise<void> {
    if (isStopped) return;
    const health = await readWorkflowHealth(client, orderWorkflowId(orderId));
    const progress = await readProgress(orders, orderId);
    if (isBehind(health, progress)) return catchUpWorkflow(client, orderId);
    if (health.status !== 'RUNNING' && progress.hasUntriedMails) await options.sendMails({ orderId });
    if (health.taskAttempts === 0 && health.activities.length === 0) known.set(orderId, version);
  }
}
