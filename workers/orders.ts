/**
 * The steps that write to our own databases: short, idempotent, run as local activities. Stock and order record
 * are two databases, so each step says which it writes first and why.
 */

import { holdStock, releaseHold, type Shortage } from '../db/catalog/stock.ts';
import type { Databases } from '../db/databases.ts';
import type { ChangeNudger } from '../db/orders/changes.ts';
import { readCancelRequest } from '../db/orders/requests.ts';
import { recordCash, type CashTaken, type CashTaking } from '../db/orders/cash.ts';
import { recordAdvanced, recordAttention, recordEnded, type OrderEnd } from '../db/orders/finish-order.ts';
import { readHoldRequest, recordHeld, recordRejected, stockItemsOf } from '../db/orders/place-order.ts';
import { readShortages } from '../db/orders/read-acceptance.ts';
import type { AttentionReason } from '../domain/failures.ts';
import type { AdvanceTarget, EndReason } from '../domain/order.ts';
import type { EndRefunds } from '../domain/payment.ts';
import type { HoldDecision } from '../workflows/messages.ts';

export interface OrderDependencies {
  readonly databases: Databases;
  readonly changes: ChangeNudger;
  /** Mail addresses of those who hear of confirmed and canceled orders. */
  readonly staffEmails: () => Promise<readonly string[]>;
}

export type OrderActivities = ReturnType<typeof createOrderActivities>;

export function createOrderActivities({ databases, changes, staffEmails }: OrderDependencies) {
  const { orders, catalog } = databases;

  async function reject(
    orderId: string,
    reason: EndReason,
    shortages: readonly Shortage[],
  ): Promise<HoldDecision> {
    await recordRejected(orders, orderId, reason, shortages);
    changes.nudge(orderId);
    return { status: 'rejected', reason };
  }

  async function readRejection(orderId: string): Promise<HoldDecision> {
    const shortages = await readShortages(orders, orderId);
    return { status: 'rejected', reason: shortages.length > 0 ? 'out_of_stock' : 'too_late' };
  }

  return {
    /**
     * Decides the hold: stock first, then the record, and the stock is given back when the record says it is too
     * late. Afterwards the order is `awaiting_payment` or `rejected`. Repeated, it answers the same.
     */
    async holdOrder(request: { orderId: string; holdMs: number; payLater: boolean }): Promise<HoldDecision> {
      const { orderId } = request;
      const wanted = await readHoldRequest(orders, orderId);
      if (!wanted) throw new Error(`order ${orderId} is not in the orders database`);
      if (wanted.status === 'awaiting_payment') return { status: 'awaiting_payment' };
      if (wanted.status === 'rejected') return readRejection(orderId);
      if (wanted.isLate) {
        // A try before this one may have taken the stock and died before writing it down.
        await releaseHold(catalog, orderId);
        return reject(orderId, 'too_late', []);
      }
      const deadline = new Date(Date.now() + request.holdMs);
      const items = stockItemsOf(wanted.lines);
      const shortages = await holdStock(catalog, { orderId, deadline, items });
      if (shortages.length > 0) return reject(orderId, 'out_of_stock', shortages);
      const recorded = await recordHeld(orders, orderId, { ...wanted, deadline, payLater: request.payLater });
      if (recorded === 'late') {
        await releaseHold(catalog, orderId);
        return reject(orderId, 'too_late', []);
      }
      changes.nudge(orderId);
      return { status: 'awaiting_payment' };
    },

    /** Writes down that a share was paid in cash, unless something stands against it. */
    async takeCash(taking: CashTaking): Promise<CashTaken> {
      const taken = await recordCash(orders, taking);
      changes.nudge(taking.orderId);
      return taken;
    },

    /** The undo of `holdOrder` and of `captureAndConfirm`'s commit: what the order holds, sold units too if asked, is on sale again. */
    async releaseStock({ orderId, restock }: { orderId: string; restock: boolean }): Promise<void> {
      await releaseHold(catalog, orderId, { restock });
    },

    /** Books an agent's step. */
    async advanceOrder(request: { orderId: string; to: AdvanceTarget; agentId: string }): Promise<void> {
      await recordAdvanced(orders, request.orderId, request.to, request.agentId);
      changes.nudge(request.orderId);
    },

    /** Ends the order in the record and reserves the refunds of what was captured or in the till; answers them. */
    async endOrder(request: { orderId: string } & OrderEnd): Promise<EndRefunds> {
      const { orderId, ...end } = request;
      const ended = await recordEnded(orders, orderId, end, await staffEmails());
      changes.nudge(orderId);
      return ended;
    },

    /** Whether a cancellation wants sold units back on sale. */
    async readRestock({ cancelRequestId }: { cancelRequestId: string }): Promise<boolean> {
      return (await readCancelRequest(orders, cancelRequestId))?.restock ?? false;
    },

    /** Shows staff that an order needs a person. */
    async raiseAttention(request: { orderId: string; reason: AttentionReason }): Promise<void> {
      await recordAttention(orders, request.orderId, request.reason);
      changes.nudge(request.orderId);
    },
  };
}
