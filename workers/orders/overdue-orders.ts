/**
 * Orders that were written while Temporal was unavailable have no workflow: each gets one, which rejects it as too
 * late. So does a claim on a part of a tab, which it ends, and an order whose workflow was lost while a change of it was
 * under way: the change is given up, or charged.
 */

import type { Client } from '@temporalio/client';
import type { Database } from '../../db/database.ts';
import {
  listOverdueClaims,
  listOverduePlacing,
  type OverdueOrder,
} from '../../db/orders/orders/place-order.ts';
import { listChangesPastEnd } from '../../db/orders/reconciliation/changes.ts';
import { ofRound, type OrderInput } from '../../temporal/orders/messages.ts';
import { startOrder } from '../../temporal/orders/start.ts';
import type { Job } from '../operations/jobs.ts';
import { resumeOrder } from '../reconciliation/resume.ts';

const PER_ROUND = 100;
/** A change ends within moments of its limit, unless its workflow is lost. */
const CHANGE_WAITS_SECONDS = 120;
/** Such an order is rejected at once: a short hold is enough. */
const HOLD_MS = 1_000;

/** Starts missing workflows, every 15 seconds. */
export function createOverdueOrdersJob(options: { orders: Database; temporal: Client }): Job {
  return {
    name: 'overdue_orders',
    everyMs: 15_000,
    failure: 'overdue orders could not be started',
    run: async () => {
      for (const order of await listOverduePlacing(options.orders, PER_ROUND))
        await startOrder(options.temporal, inputOf(order));
      for (const orderId of await listOverdueClaims(options.orders, PER_ROUND))
        await resumeOrder(options, orderId);
      for (const { orderId } of await listChangesPastEnd(options.orders, { seconds: CHANGE_WAITS_SECONDS }))
        await resumeOrder(options, orderId);
    },
  };
}

function inputOf({ tabId, ...order }: OverdueOrder): OrderInput {
  return { ...order, ...ofRound({ tabId }), holdMs: HOLD_MS };
}
