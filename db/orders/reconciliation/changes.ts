/** What reconciliation compares of changes of orders: those past their limit, and what they gave back. */

import { sql } from 'kysely';
import type { ComparedChange, UnreturnedShare } from '../../../domain/compare-changes.ts';
import { OPEN_CHANGES } from '../../../domain/order-change.ts';
import { PAID_STATES } from '../../../domain/payment.ts';
import type { StockItem } from '../../catalog/stock/stock.ts';
import type { Database } from '../../database.ts';
import { anyOf, literals, query, queryFirst, selectOne, type Sql } from '../../sql.ts';
import { PaymentEntity } from '../entities/payment.ts';
import { changeOrder } from '../orders/change-order.ts';
import { reserve, UNRETURNED_AMOUNT } from '../refunds/refunds.ts';

const CHANGE = sql`c.id as "changeId", c.status as "changeStatus", o.id as "orderId", o.status as "orderStatus",
  c.difference_amount as amount, o.currency,
  case when c.status <> 'applied' then null
    when exists (select from change_payers w join payments p on p.share_id = w.share_id
      where w.change_id = c.id and o.status <> 'awaiting_payment' and p.status in (${literals(PAID_STATES)})) then 'capture'
    else 'stock' end as "changeAwaits"`;

/**
 * Returns changes that their order still names so many seconds after their limit, oldest first, at most 500; with
 * `changeId`, only that one. One that is applied waits for its capture or, of an unpaid order, for its stock.
 */
export async function listChangesPastEnd(
  orders: Database,
  { seconds, changeId }: { readonly seconds: number; readonly changeId?: string },
): Promise<ComparedChange[]> {
  return query<ComparedChange>(
    orders.em.fork(),
    sql`select ${CHANGE} from orders o join changes c on c.id = o.change_id
        where o.change_id is not null and (${changeId ?? null}::uuid is null or c.id = ${changeId ?? null})
          and case c.status when 'requested' then c.accept_before else coalesce(c.deadline, c.accept_before) end
            < now() - make_interval(secs => ${seconds})
        order by c.created_at limit 500`,
  );
}

/** Returns those of these ids that are of changes, by id: stock may be held under them. */
export async function readChangesOfHolds(
  orders: Database,
  ids: readonly string[],
): Promise<Map<string, ComparedChange>> {
  if (ids.length === 0) return new Map();
  const rows = await query<ComparedChange>(
    orders.em.fork(),
    sql`select ${CHANGE} from changes c join orders o on o.id = c.order_id where c.id = ${anyOf(ids)}`,
  );
  return new Map(rows.map((row) => [row.changeId, row]));
}

/** Returns whether a change is open: its own workflow still decides what becomes of its hold. */
export function isChangeOpen({ changeStatus }: Pick<ComparedChange, 'changeStatus'>): boolean {
  return OPEN_CHANGES.some((open) => open === changeStatus);
}

/** Returns the units that an applied change took off its order. */
export async function readTakenOff(orders: Database, changeId: string): Promise<readonly StockItem[]> {
  const row = await queryFirst<{ takenOff: readonly StockItem[] | null }>(
    orders.em.fork(),
    sql`select outcome->'takenOff' as "takenOff" from changes where id = ${changeId}`,
  );
  return row?.takenOff ?? [];
}

const UNRETURNED: Sql = sql`
  select s.id as "shareId", p.id as "paymentId", o.id as "orderId", o.status as "orderStatus", ${UNRETURNED_AMOUNT} as amount,
    p.currency
  from shares s join payments p on p.share_id = s.id and p.status = 'captured' join orders o on o.id = s.order_id
  where s.changed_amount > 0 and ${UNRETURNED_AMOUNT} > 0`;

/** Returns shares of which a change gave something back that no refund brings, at most 500. */
export async function listUnreturned(
  orders: Database,
  { before }: { readonly before: Date },
): Promise<UnreturnedShare[]> {
  return query<UnreturnedShare>(
    orders.em.fork(),
    sql`${UNRETURNED} and o.updated_at < ${before} order by s.id limit 500`,
  );
}

/** Returns what one share still has to get back, or undefined if that is nothing. */
export async function readUnreturned(
  orders: Database,
  shareId: string,
): Promise<UnreturnedShare | undefined> {
  return queryFirst<UnreturnedShare>(orders.em.fork(), sql`${UNRETURNED} and s.id = ${shareId}`);
}

/** Reserves a refund of what a share still has to get back. Safe to repeat with the same id. */
export async function reserveUnreturned(
  orders: Database,
  { refundId, orderId, shareId, actorId }: Record<'refundId' | 'orderId' | 'shareId' | 'actorId', string>,
): Promise<void> {
  await changeOrder(orders, orderId, `refund:${refundId}`, async (_order, em) => {
    const missing = await queryFirst<UnreturnedShare>(em, sql`${UNRETURNED} and s.id = ${shareId}`);
    if (!missing) return undefined;
    const payment = await selectOne(em, PaymentEntity, sql`id = ${missing.paymentId} for no key update`);
    const { amount } = missing;
    await reserve(em, payment, {
      ...{ id: refundId, amount, cause: 'changed', reason: null, lines: [], restock: false },
      ...{ requestHash: '', actorId, origin: 'order' },
    });
    return { type: 'refund_started', actor: 'agent', actorId, data: { refundId, shareId, amount } };
  });
}
