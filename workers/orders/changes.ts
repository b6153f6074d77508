/** The steps of a change of an order, in the order's own workflow (ADR 28). Each is safe to repeat. */

import {
  commitHold,
  holdStock,
  joinHold,
  lowerHold,
  releaseHold,
  takeOffHold,
  type Shortage,
} from '../../db/catalog/stock/stock.ts';
import { joinUnpaidHold } from '../../db/catalog/stock/join-unpaid.ts';
import type { Databases } from '../../db/databases.ts';
import { deriveId } from '../../db/ids.ts';
import { recordChangeApplied } from '../../db/orders/changes/apply-change.ts';
import {
  finishUnpaidChange,
  readUnpaidChange,
  recordUnpaidChanged,
} from '../../db/orders/changes/change-unpaid.ts';
import { closeChange, recordChangeGivenUp } from '../../db/orders/changes/end-change.ts';
import { finishChange } from '../../db/orders/changes/pay-change.ts';
import {
  isWaitedFor,
  readChangeToHold,
  readSharesOfChange,
  recordChangeHeld,
} from '../../db/orders/changes/hold-change.ts';
import { readStanding } from '../../db/orders/orders/change-order.ts';
import type { ChangeNudger } from '../../db/orders/orders/changes.ts';
import { MOST_CHANGE_MS, type ChangeEndReason } from '../../domain/order-change.ts';
import type { Standing } from '../../domain/standing.ts';
import type {
  ChangeApplied,
  ChangeClosed,
  ChangeHeld,
  ChangeOf,
  OrderActivities,
} from '../../temporal/orders/activities.ts';

interface ChangeDependencies {
  readonly databases: Databases;
  readonly changes: ChangeNudger;
}

export function createChangeActivities({ databases: { orders, catalog }, changes }: ChangeDependencies) {
  return {
    /**
     * Decides the hold of a change: the stock is taken first, under the change's own id, then the record is written. What
     * is held although the record does not want it is released when the change is given up. A change that waits for others
     * than its maker has the shop's time to pay.
     */
    async holdChange({ orderId, changeId, holdMs }: ChangeOf & { holdMs: number }): Promise<ChangeHeld> {
      const { change, payers, items, isLate } = await readChangeToHold(orders, changeId);
      const ms = isWaitedFor(change, payers) ? holdMs : Math.min(holdMs, MOST_CHANGE_MS);
      const until = new Date(Date.now() + ms);
      const refuse = (
        order: Standing,
        reason: ChangeEndReason,
        shortages?: readonly Shortage[],
      ): ChangeHeld => ({
        ...{ order, reason, deadline: until.getTime(), toPay: [], attempts: [] },
        ...{ isAgreed: false, meetsAdvance: false, takesRetries: false },
        ...(shortages && { shortages }),
      });
      if (change.status === 'requested') {
        if (isLate) return refuse(await readStanding(orders, orderId), 'too_late');
        const shortages =
          items.length > 0 ? await holdStock(catalog, { orderId: changeId, deadline: until, items }) : [];
        if (shortages.length > 0)
          return refuse(await readStanding(orders, orderId), 'out_of_stock', shortages);
      }
      const held = await recordChangeHeld(orders, { orderId, changeId, deadline: until });
      changes.nudge(orderId);
      const { status, deadline, reason, madeBy } = held.change;
      const shares = await readSharesOfChange(orders, changeId);
      const toPay = shares.map(({ shareId, isPaid }) => ({ shareId, isPaid }));
      if (status !== 'held' && status !== 'applied')
        return { ...refuse(held.order, reason ?? 'order_moved_on'), toPay };
      return {
        order: held.order,
        deadline: (deadline ? new Date(deadline) : until).getTime(),
        toPay,
        attempts: shares.flatMap(({ shareId, attemptId }) => (attemptId ? [{ shareId, attemptId }] : [])),
        isAgreed: held.payers.every(({ agreedAt }) => agreedAt),
        meetsAdvance: madeBy !== 'guest' || held.change.questionId != null,
        takesRetries: madeBy !== 'guest',
      };
    },

    /**
     * Applies a change. Its hold loses its deadline first, so that nothing that is paid is sold to somebody else; the
     * record decides; then the order has what was held, and what was taken off is on sale. The order names the change until
     * then: a run that is lost before is found, and made again.
     */
    async applyChange({ orderId, changeId }: ChangeOf): Promise<ChangeApplied> {
      await commitHold(catalog, changeId);
      const { order, refused, refundIds, takenOff, gone } = await recordChangeApplied(orders, {
        orderId,
        changeId,
      });
      changes.nudge(orderId);
      if (refused) return { order, reason: refused, refundIds: [], isToCapture: false };
      await joinHold(catalog, { changeId, orderId });
      await takeOffHold(catalog, { id: changeId, orderId, items: takenOff });
      if (gone)
        await takeOffHold(catalog, { id: deriveId('gone', changeId), orderId, items: gone, areGone: true });
      const isToCapture = await finishChange(orders, { orderId, changeId });
      // Whoever made it waits for that.
      changes.nudge(orderId);
      return { order, refundIds, isToCapture };
    },

    /**
     * Carries out a change of an order that awaits its payment: holds what it adds, by its own id, and, once everybody has
     * agreed, writes the record, and makes the order hold what it has now. If the record refuses it, or it is to be given
     * up, what is held is on sale again.
     */
    async changeUnpaid({ orderId, changeId }: ChangeOf) {
      const wanted = await readUnpaidChange(orders, changeId);
      const giveUp = async (reason: ChangeEndReason, shortages?: readonly Shortage[]) => {
        await releaseHold(catalog, changeId);
        const { order } = await recordChangeGivenUp(orders, { orderId, changeId, reason, shortages });
        changes.nudge(orderId);
        return { order };
      };
      const { status, reason } = wanted.change;
      if (status === 'closing') return giveUp(reason ?? 'withdrawn');
      if (status === 'held' && wanted.deadline.getTime() <= Date.now()) return giveUp('not_agreed');
      if (status === 'requested') {
        if (wanted.isLate) return giveUp('too_late');
        const { items, deadline } = wanted;
        const shortages =
          items.length > 0 ? await holdStock(catalog, { orderId: changeId, deadline, items }) : [];
        if (shortages.length > 0) return giveUp('out_of_stock', shortages);
      }
      const { order, change, refused, openShareIds, waitsFor, needed } = await recordUnpaidChanged(orders, {
        orderId,
        changeId,
      });
      if (openShareIds) return { order, openShareIds };
      if (waitsFor) {
        changes.nudge(orderId);
        return { order, waitsFor };
      }
      if (change.status !== 'applied') return giveUp(refused ?? 'order_moved_on');
      await joinUnpaidHold(catalog, { changeId, orderId });
      await lowerHold(catalog, orderId, needed);
      await finishUnpaidChange(orders, { orderId, changeId });
      changes.nudge(orderId);
      return { order };
    },

    /** Decides to give a change up. */
    async closeChange(request: ChangeOf & { reason?: ChangeEndReason }): Promise<ChangeClosed> {
      return closeChange(orders, request);
    },

    /** Releases what a change holds, and books that it was given up. */
    async giveUpChange(request: Parameters<OrderActivities['giveUpChange']>[0]) {
      await releaseHold(catalog, request.changeId);
      const ended = await recordChangeGivenUp(orders, request);
      changes.nudge(request.orderId);
      return ended;
    },
  };
}
