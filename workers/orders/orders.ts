/**
 * The steps that write to our own databases: short, idempotent, run as local activities. Any of them may run again at
 * any time, even concurrently with an earlier run: each recognizes that it is done, and returns the order's standing.
 * Stock and order record are in two databases, so each step says which it writes first and why.
 */

import {
  extendHold,
  holdStock,
  lowerHold,
  releaseHold,
  returnStock,
  sumByVariant,
  type Shortage,
} from '../../db/catalog/stock/stock.ts';
import type { Databases } from '../../db/databases.ts';
import { deriveId } from '../../db/ids.ts';
import type { Recipient } from '../../db/orders/mails/mails.ts';
import { decideQuestion } from '../../db/orders/questions/decide.ts';
import { recordAttention } from '../../db/orders/orders/attention.ts';
import { standingOf } from '../../db/orders/orders/change-order.ts';
import type { ChangeNudger } from '../../db/orders/orders/changes.ts';
import { recordCash } from '../../db/orders/payments/cash.ts';
import { recordCovered } from '../../db/orders/payments/cover-share.ts';
import { recordDropped } from '../../db/orders/payments/drop-share.ts';
import { recordExtended } from '../../db/orders/tabs/extend-deadline.ts';
import type { ShareChangeOutcome } from '../../domain/share-changes.ts';
import type { AttemptRef, CashTaken } from '../../domain/payment.ts';
import { recordAdvanced, recordEnded } from '../../db/orders/orders/finish-order.ts';
import type { Ended, OrderEnd } from '../../domain/order-end.ts';
import { readHoldRequest, recordHeld, recordRejected } from '../../db/orders/orders/place-order.ts';
import { closeOrder, readProgress } from '../../db/orders/orders/progress.ts';
import type { Closing } from '../../domain/order-end.ts';
import { readShortages } from '../../db/orders/orders/read-acceptance.ts';
import type { AttentionReason } from '../../domain/failures.ts';
import { hasEnded, type AdvanceTarget, type EndReason } from '../../domain/order.ts';
import type { OwedShare, Progress, Standing } from '../../domain/standing.ts';
import type {
  Dropper,
  HoldDecision,
  OrderActivities,
  ShareChange,
  ShareChanged,
} from '../../temporal/orders/activities.ts';
import { createChangeActivities } from './changes.ts';

export interface OrderDependencies {
  readonly databases: Databases;
  readonly changes: ChangeNudger;
  /** Staff to notify of confirmed and canceled orders. */
  readonly staff: () => Promise<readonly Recipient[]>;
}

function changedOf(outcome: ShareChangeOutcome): ShareChanged['outcome'] {
  return outcome === 'done' || outcome === 'card_open' ? outcome : 'refused';
}

/** What an order, or a change of it, takes off stock for good. */
function goneOf(id: string) {
  return { id: deriveId('gone', id), areGone: true } as const;
}

export function createOrderActivities({ databases, changes, staff }: OrderDependencies) {
  const { orders, catalog } = databases;

  async function reject(
    orderId: string,
    reason: EndReason,
    shortages: readonly Shortage[],
  ): Promise<HoldDecision> {
    const order = await recordRejected(orders, orderId, reason, shortages);
    changes.nudge(orderId);
    return decided(orderId, order, null);
  }

  /** Returns the decision in the record, by this or another run. */
  async function decided(
    orderId: string,
    order: Standing,
    deadline: Date | null,
    shares?: readonly OwedShare[],
  ): Promise<HoldDecision> {
    const standing = standingOf(order);
    if (order.status !== 'rejected') {
      return {
        order: standing,
        shares: shares ?? (await readProgress(orders, orderId)).shares,
        ...(deadline && { deadline: deadline.getTime() }),
      };
    }
    const shortages = await readShortages(orders, orderId);
    const reason = shortages.length > 0 ? 'out_of_stock' : 'too_late';
    return { order: standing, shares: [], reason };
  }

  return {
    ...createChangeActivities({ databases, changes }),

    /**
     * Decides the hold: takes the stock first, then writes the record, and releases the stock when the record says it
     * is too late. Afterwards the order is `awaiting_payment` or `rejected`. Run again, even after the order has moved
     * on, it returns the order's present standing.
     */
    async holdOrder(request: { orderId: string; holdMs: number; payLater: boolean }): Promise<HoldDecision> {
      const { orderId } = request;
      const wanted = await readHoldRequest(orders, orderId);
      if (!wanted) throw new Error(`order ${orderId} is not in the orders database`);
      if (wanted.status !== 'placing') return decided(orderId, wanted, wanted.deadline);
      if (wanted.isLate) {
        // An earlier attempt may have taken the stock and died before recording it.
        await releaseHold(catalog, orderId);
        return reject(orderId, 'too_late', []);
      }
      const deadline = new Date(Date.now() + request.holdMs);
      const items = sumByVariant(wanted.lines);
      const shortages = await holdStock(catalog, { orderId, deadline, items });
      if (shortages.length > 0) return reject(orderId, 'out_of_stock', shortages);
      const order = await recordHeld(orders, orderId, { ...wanted, deadline, payLater: request.payLater });
      // Too late, or ended meanwhile by another run of this step: nothing is held for it.
      if (order.status === 'placing' || hasEnded(order.status)) await releaseHold(catalog, orderId);
      if (order.status === 'placing') return reject(orderId, 'too_late', []);
      changes.nudge(orderId);
      return decided(orderId, order, deadline, order.owed);
    },

    /** Records a cash payment of a share, unless something prevents it. */
    async takeCash(ref: AttemptRef): Promise<{ taken: CashTaken; order: Standing }> {
      const outcome = await recordCash(orders, ref);
      changes.nudge(ref.orderId);
      return outcome;
    },

    /** Makes somebody the payer of a whole unpaid share. */
    async coverShare(request: ShareChange & { payerId: string }): Promise<ShareChanged> {
      const { outcome, order } = await recordCovered(orders, request);
      changes.nudge(request.orderId);
      return { outcome: changedOf(outcome), order };
    },

    /**
     * Takes the lines that an unpaid share alone pays out of the order. The record is written first: what it does not
     * need any more is on sale again, now or when this runs again.
     */
    async dropShare(request: ShareChange & { by?: Dropper }): Promise<ShareChanged & { isHosts: boolean }> {
      const { outcome, order, needed } = await recordDropped(orders, request);
      if (order.status === 'awaiting_payment') await lowerHold(catalog, request.orderId, needed);
      changes.nudge(request.orderId);
      return { outcome: changedOf(outcome), order, isHosts: outcome === 'host_share' };
    },

    /** Gives the host more time to pay the rest: the record is written first, and the stock is held as long. */
    async extendDeadline({ orderId, byMs }: { orderId: string; byMs: number }) {
      const { deadline, order } = await recordExtended(orders, orderId, new Date(Date.now() + byMs));
      if (deadline) await extendHold(catalog, orderId, deadline);
      changes.nudge(orderId);
      return { deadline: deadline?.getTime() ?? null, order };
    },

    /**
     * Undoes `holdOrder`, and the commit in `captureAndConfirm`: what the order holds, with `restock` sold units too,
     * is on sale again.
     */
    async releaseStock({ orderId, restock }: { orderId: string; restock: boolean }): Promise<void> {
      await releaseHold(catalog, orderId, { restock });
    },

    /** Books an agent's step, if the order's status allows it. */
    async advanceOrder(request: {
      orderId: string;
      to: AdvanceTarget;
      agentId: string;
    }): Promise<{ isDone: boolean; order: Standing }> {
      const advanced = await recordAdvanced(orders, request.orderId, request.to, request.agentId);
      changes.nudge(request.orderId);
      return advanced;
    },

    /** Decides to end an unconfirmed order, before anything of it is undone. */
    async closeOrder(
      request: { orderId: string } & Closing,
    ): Promise<{ isClosing: boolean; order: Standing }> {
      return closeOrder(orders, request.orderId, request);
    },

    /** Ends the order in the record and reserves the refunds of captured money and cash; returns them. */
    async endOrder(request: { orderId: string } & OrderEnd): Promise<Ended> {
      const { orderId, ...end } = request;
      const ended = await recordEnded(orders, orderId, end, await staff());
      if (ended.restock && ended.gone)
        await returnStock(catalog, { ...goneOf(orderId), orderId, items: ended.gone });
      changes.nudge(orderId);
      return ended;
    },

    /** Does what was chosen at ordering about units that have run out, unless their question was answered meanwhile. */
    async decideQuestion({ orderId, questionId }: { orderId: string; questionId: string }) {
      const order = await decideQuestion(orders, { orderId, questionId });
      changes.nudge(orderId);
      return { order };
    },

    /** Reads the order's standing, and news that its workflow may have missed. */
    async readProgress({ orderId }: { orderId: string }): Promise<Progress> {
      return readProgress(orders, orderId);
    },

    /** Shows staff that an order needs a person. */
    async raiseAttention(request: {
      orderId: string;
      reason: AttentionReason;
      cause?: string;
    }): Promise<Standing> {
      const order = await recordAttention(orders, request.orderId, request);
      changes.nudge(request.orderId);
      return order;
    },
  } satisfies OrderActivities;
}
