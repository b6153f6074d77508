/**
 * Changes of orders that await their payment: the goods, and the shares and allocations of those who pay them, in one
 * transaction with the next version of the bill (ADR 28). No money moves. Each step is safe to repeat.
 */

import { sql } from 'kysely';
import type { ChangePlan } from '../../../domain/change.ts';
import type { UnpaidShare } from '../../../domain/change-unpaid.ts';
import { storyOf } from '../../../domain/change-story.ts';
import { netUnits, unitsOf, type ChangeEndReason } from '../../../domain/order-change.ts';
import { UNPAID_SHARES } from '../../../domain/share.ts';
import type { Standing } from '../../../domain/standing.ts';
import { sumByVariant, type StockItem } from '../../catalog/stock/stock.ts';
import type { Database } from '../../database.ts';
import { literals, query, queryFirst, run, selectOne, selectRows } from '../../sql.ts';
import { ChangeEntity, ChangePayerEntity, type ChangeRow } from '../entities/change.ts';
import { LineEntity, OrderEntity, type OrderRow } from '../entities/order.ts';
import { changeOrder, type OrdersManager } from '../orders/change-order.ts';
import { liftShares, runMove, runParts, setOwedAmount } from '../payments/change-shares.ts';
import { tellTab } from '../tabs/tell-tab.ts';
import { tellAsked } from './asked.ts';
import { aboutChange } from './about-change.ts';
import { isAsAgreed } from './plan.ts';
import type { OrderBill } from './read-bill.ts';
import { actorOf } from './request-change.ts';
import { addChangeMails } from './tell-change.ts';
import { findObstacle, isUnpaid, planUnpaid } from './unpaid-bill.ts';
import { keepBill, noteApplied, writeDiscount, writeLines } from './write-bill.ts';

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

/** What became of a change; nothing was written unless it says so. */
export interface UnpaidChanged {
  readonly order: Standing;
  readonly change: ChangeRow;
  /** Why it is to be given up. */
  readonly refused?: ChangeEndReason;
  /** Shares with payments that must be voided first. */
  readonly openShareIds?: readonly string[];
  /** It is held until everybody has agreed: the shares that they pay, unless they are paid. */
  readonly waitsFor?: readonly string[];
  /** What the order needs from now on. */
  readonly needed: readonly StockItem[];
}

/**
 * Writes a change once everybody has agreed, if the order and the shares that it moves still await a payment, nothing pays
 * them at this moment, and it still costs each payer what she agreed to. The order keeps its name until
 * `finishUnpaidChange`, so that its stock follows. Until then it is held: as long as the order itself, whose deadline stays.
 */
export async function recordUnpaidChanged(
  orders: Database,
  { orderId, changeId }: { orderId: string; changeId: string },
): Promise<UnpaidChanged> {
  let refused: ChangeEndReason | undefined;
  let openShareIds: readonly string[] | undefined;
  const step = await readStep(orders.em.fork(), changeId);
  const isAgreed = step === 'applied';
  const key = `change:${changeId}:${step}`;
  const { order } = await changeOrder(orders, orderId, key, async (order, em) => {
    const change = await selectOne(em, ChangeEntity, sql`id = ${changeId} for no key update`);
    if (change.status !== 'requested' && change.status !== 'held') return undefined;
    const judged = await judge(em, order, change);
    if ('refused' in judged) {
      // Whoever pays at this moment may fail: until the last has agreed, it goes on.
      const isPassing = judged.isPassing === true && !isAgreed && change.status === 'held';
      refused = isPassing ? undefined : judged.refused;
      return undefined;
    }
    if (isAgreed && 'plan' in judged) return apply(em, order, change, { ...judged, key });
    if (isAgreed && 'openShareIds' in judged) openShareIds = judged.openShareIds;
    if (step !== 'held' || change.status === 'held') return undefined;
    await run(
      em,
      sql`update changes set status = 'held', deadline = ${order.deadline!} where id = ${changeId}`,
    );
    await tellAsked(em, order, change, { type: 'change_asked', follows: key });
    return { type: 'change_held' };
  });
  const em = orders.em.fork();
  const change = await selectOne(em, ChangeEntity, sql`id = ${changeId}`);
  const isWaiting = change.status === 'held' && !refused && !openShareIds;
  return {
    ...{ order, change },
    ...(refused && { refused }),
    ...(openShareIds && { openShareIds }),
    ...(isWaiting && { waitsFor: await readSharesAsked(em, change) }),
    needed: sumByVariant(
      await query<StockItem>(
        em,
        sql`select variant_id as "variantId", quantity from lines where order_id = ${orderId}`,
      ),
    ),
  };
}

/** Returns the shares that the payers of a change are to pay, unless they are paid. */
async function readSharesAsked(
  em: OrdersManager,
  { id, orderId }: Pick<ChangeRow, 'id' | 'orderId'>,
): Promise<string[]> {
  const rows = await query<{ id: string }>(
    em,
    sql`select s.id from orders o join shares s on s.order_id = o.id and s.bill_version = o.bill_version
          join change_payers y on y.change_id = ${id} and y.participant_id = s.participant_id
        where o.id = ${orderId} and s.status in (${literals(UNPAID_SHARES)}) order by s.id`,
  );
  return rows.map((share) => share.id);
}

/** Returns what is to be written of a change; one that is only looked at again has no event. */
async function readStep(em: OrdersManager, changeId: string): Promise<'held' | 'looked_at' | 'applied'> {
  const row = await queryFirst<{ status: ChangeRow['status']; isAgreed: boolean }>(
    em,
    sql`select c.status, not exists (
          select from change_payers y where y.change_id = c.id and y.agreed_at is null) as "isAgreed"
        from changes c where c.id = ${changeId}`,
  );
  if (row!.isAgreed) return 'applied';
  return row!.status === 'requested' ? 'held' : 'looked_at';
}

/** What a change would make of the order now, or why it cannot; `isPassing`: that may pass. */
type Judged =
  | {
      readonly bill: OrderBill;
      readonly plan: ChangePlan;
      readonly shares: readonly UnpaidShare[];
    }
  | { readonly openShareIds: readonly string[] }
  | { readonly refused: ChangeEndReason; readonly isPassing?: boolean };

async function judge(em: OrdersManager, order: OrderRow, change: ChangeRow): Promise<Judged> {
  const hasTime = order.deadline != null && new Date(order.deadline).getTime() > Date.now();
  if (!isUnpaid(order) || !hasTime) return { refused: 'order_moved_on' };
  const participantId = change.participantId ?? null;
  const { bill, planned } = await planUnpaid(em, order, { participantId, draft: change.draft });
  if ('refused' in planned) {
    if (planned.refused === 'being_paid') return { refused: 'being_paid', isPassing: true };
    return { refused: planned.refused === 'already_paid' ? 'being_paid' : 'bill_changed' };
  }
  const payers = await selectRows(em, ChangePayerEntity, sql`change_id = ${change.id}`);
  const { plan, shares } = planned;
  if (!isAsAgreed(change, plan, payers)) return { refused: 'bill_changed' };
  const agreedAt = new Map(payers.map((payer) => [payer.participantId, payer.agreedAt]));
  const obstacle = await findObstacle(em, shares, (payerId, sentAt) => {
    const at = agreedAt.get(payerId);
    return change.madeBy === 'guest' && at != null && sentAt.getTime() <= new Date(at).getTime();
  });
  if (!obstacle) return { bill, plan, shares };
  return 'refused' in obstacle
    ? { refused: obstacle.refused, isPassing: true }
    : { openShareIds: obstacle.openShareIds };
}

async function apply(
  em: OrdersManager,
  order: OrderRow,
  change: ChangeRow,
  {
    bill,
    plan,
    shares,
    key,
  }: { bill: OrderBill; plan: ChangePlan; shares: readonly UnpaidShare[]; key: string },
) {
  const { draft, participantId = null, actorId = null } = change;
  await keepBill(em, order);
  await writeLines(em, order, change, { bill, plan });
  await writeDiscount(em, change, plan);
  for (const share of shares)
    await runMove(em, order.id, { action: 'change' }, setOwedAmount(share), 'share');
  await runParts(em, order.id, [liftShares(change.billVersion, [], [])], 'before');
  for (const share of shares) await writeAllocations(em, share);
  const story = storyOf(draft, { lines: bill.lines, place: order.place ?? null });
  await noteApplied(em, change, { ...story, takenOff: [], refundIds: [] });
  await addChangeMails(em, change, bill.lines);
  order.billVersion = change.billVersion;
  order.totalAmount += plan.differenceAmount;
  if (draft.place) order.place = draft.place;
  const data = { amount: plan.differenceAmount };
  const who = actorOf(change);
  const by =
    who.actor === 'agent'
      ? { actor: who.actor, actorId }
      : { actor: 'participant' as const, actorId: participantId };
  await tellTab(em, order, { ...{ type: 'round_changed', follows: key, data }, ...by });
  const shareIds = shares.map(({ id }) => id);
  return { type: 'changed' as const, ...who, data: { ...data, ...aboutChange(change), shareIds } };
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
