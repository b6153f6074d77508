/**
 * Changes of orders that await their payment: the goods, the share and the allocations of whoever changes it, in one
 * transaction with the next version of the bill (ADR 28). No money moves. Each step is safe to repeat.
 */

import { sql } from 'kysely';
import type { UnpaidShare } from '../../../domain/change-unpaid.ts';
import { storyOf } from '../../../domain/change-story.ts';
import { netUnits, unitsOf, type ChangeEndReason } from '../../../domain/order-change.ts';
import type { Standing } from '../../../domain/standing.ts';
import { sumByVariant, type StockItem } from '../../catalog/stock/stock.ts';
import type { Database } from '../../database.ts';
import { query, run, selectOne, selectRows } from '../../sql.ts';
import { ChangeEntity, type ChangeRow } from '../entities/change.ts';
import { LineEntity, OrderEntity } from '../entities/order.ts';
import { changeOrder, type OrdersManager } from '../orders/change-order.ts';
import { liftShares, runMove, runParts, setOwedAmount } from '../payments/change-shares.ts';
import { findOpenCard } from '../payments/open-card.ts';
import { tellTab } from '../tabs/tell-tab.ts';
import { aboutChange } from './about-change.ts';
import { addChangeMails } from './tell-change.ts';
import { isUnpaid, planUnpaid } from './unpaid-bill.ts';
import { keepBill, noteApplied, writeLines } from './write-bill.ts';

/** A change of such an order, with what is to be held for it. */
export interface UnpaidChange {
  readonly change: ChangeRow;
  /** The units that the order needs more of than it takes off. */
  readonly items: readonly StockItem[];
  /** Until when the order holds its goods. */
  readonly deadline: Date;
  /** Nobody waits for the answer any more. */
  readonly isLate: boolean;
}

export async function readUnpaidChange(orders: Database, changeId: string): Promise<UnpaidChange> {
  const em = orders.em.fork();
  const change = await selectOne(em, ChangeEntity, sql`id = ${changeId}`);
  const order = await selectOne(em, OrderEntity, sql`id = ${change.orderId}`);
  const lines = await selectRows(em, LineEntity, sql`order_id = ${change.orderId}`);
  const { added } = netUnits(unitsOf(change.draft, lines));
  return {
    change,
    items: added,
    deadline: order.deadline ? new Date(order.deadline) : new Date(),
    isLate: change.status === 'requested' && Date.now() > new Date(change.acceptBefore).getTime(),
  };
}

/** What became of a change: `openShareId` has a payment that was declined and must be voided first, so nothing was written. */
export interface UnpaidChanged {
  readonly order: Standing;
  readonly change: ChangeRow;
  readonly refused?: ChangeEndReason;
  readonly openShareId?: string;
  /** What the order needs from now on. */
  readonly needed: readonly StockItem[];
}

/**
 * Writes a change that is requested, if the order and her share still await a payment, nothing pays it at this moment, and it
 * still costs what she agreed to. The order keeps its name until `finishUnpaidChange`, so that its stock follows.
 */
export async function recordUnpaidChanged(
  orders: Database,
  { orderId, changeId }: { orderId: string; changeId: string },
): Promise<UnpaidChanged> {
  let refused: ChangeEndReason | undefined;
  let openShareId: string | undefined;
  const key = `change:${changeId}:applied`;
  const { order } = await changeOrder(orders, orderId, key, async (order, em) => {
    const change = await selectOne(em, ChangeEntity, sql`id = ${changeId} for no key update`);
    if (change.status !== 'requested') return undefined;
    if (!isUnpaid(order)) {
      refused = 'order_moved_on';
      return undefined;
    }
    const { bill, planned } = await planUnpaid(em, order, {
      ...change,
      participantId: change.participantId!,
    });
    if ('refused' in planned || planned.plan.differenceAmount !== change.differenceAmount) {
      refused = 'refused' in planned && planned.refused === 'being_paid' ? 'being_paid' : 'bill_changed';
      return undefined;
    }
    const { plan, share } = planned;
    const obstacle = await findOpenCard(em, share.id);
    if (obstacle) {
      if (obstacle === 'refused') refused = 'being_paid';
      else openShareId = share.id;
      return undefined;
    }
    await keepBill(em, order);
    await writeLines(em, order, change, { bill, plan });
    await runMove(em, orderId, { action: 'change' }, setOwedAmount(share), 'share');
    await runParts(em, orderId, [liftShares(change.billVersion, [], [])], 'before');
    await writeAllocations(em, share);
    const { draft, participantId = null } = change;
    const story = storyOf(draft, { lines: bill.lines, place: order.place ?? null });
    await noteApplied(em, change, { ...story, takenOff: [], refundIds: [] });
    await addChangeMails(em, change, bill.lines);
    order.billVersion = change.billVersion;
    order.totalAmount += plan.differenceAmount;
    if (draft.place) order.place = draft.place;
    const data = { amount: plan.differenceAmount };
    await tellTab(em, order, {
      ...{ type: 'round_changed', follows: key, actor: 'participant', actorId: participantId, data },
    });
    return {
      type: 'changed',
      actor: 'host',
      actorId: participantId,
      data: { ...data, ...aboutChange(change), shareId: share.id },
    };
  });
  const em = orders.em.fork();
  const change = await selectOne(em, ChangeEntity, sql`id = ${changeId}`);
  return {
    ...{ order, change },
    ...(refused && { refused }),
    ...(openShareId && { openShareId }),
    needed: sumByVariant(
      await query<StockItem>(
        em,
        sql`select variant_id as "variantId", quantity from lines where order_id = ${orderId}`,
      ),
    ),
  };
}

/** Writes what a share pays from now on. */
async function writeAllocations(em: OrdersManager, { id, allocations }: UnpaidShare): Promise<void> {
  await run(em, sql`delete from allocations where share_id = ${id}`);
  await run(
    em,
    sql`insert into allocations (share_id, line_id, amount)
        select ${id}::uuid, "lineId", amount from json_to_recordset(${JSON.stringify(allocations)}::json)
          as given ("lineId" uuid, amount int)`,
  );
}

/** Ends a change that was applied, once the stock has followed: from then on the order can be paid and changed again. */
export async function finishUnpaidChange(
  orders: Database,
  { orderId, changeId }: { orderId: string; changeId: string },
): Promise<void> {
  await run(
    orders.em.fork(),
    sql`update orders set change_id = null where id = ${orderId} and change_id = ${changeId}`,
  );
}
