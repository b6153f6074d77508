/** Orders, refunds and tabs that should have a running workflow, and the order facts that reconciliation uses. */

import { sql } from 'kysely';
import { ENDED_STATUSES, UNFINISHED_STATUSES, type OrderStatus } from '../../../domain/order.ts';
import { ENDED_TAB_STATUSES, hasTabEnded, type TabStatus } from '../../../domain/tab.ts';
import type { Database } from '../../database.ts';
import { anyOf, literals, query } from '../../sql.ts';
import type { PageByIds } from './reconciliation.ts';

/** An order or refund that should have a running workflow. */
export interface QuietSubject {
  readonly id: string;
  readonly orderId: string;
  readonly orderStatus: OrderStatus;
  readonly amount: number;
  readonly currency: string;
}

/** Returns unfinished orders that have not changed since `before`, by id. */
export async function listQuietOrders(
  orders: Database,
  page: PageByIds & { before: Date },
): Promise<QuietSubject[]> {
  return query<QuietSubject>(
    orders.em.fork(),
    sql`select id, id as "orderId", status as "orderStatus", total_amount as amount, currency from orders
     where status in (${literals(UNFINISHED_STATUSES)})
       and id > ${page.after} and updated_at < ${page.before} order by id limit ${page.limit}`,
  );
}

const REFUND_SUBJECT = sql`
  select r.id, r.order_id as "orderId", o.status as "orderStatus", r.amount, r.currency,
    r.status <> 'pending' or r.made_at is not null as "isMade"
  from refunds r join orders o on o.id = r.order_id`;

/** Returns refunds that were reserved before `before` and are not made, by id. */
export async function listQuietRefunds(
  orders: Database,
  page: PageByIds & { before: Date },
): Promise<QuietSubject[]> {
  return query<QuietSubject>(
    orders.em.fork(),
    sql`${REFUND_SUBJECT} where r.status = 'pending' and r.made_at is null
       and r.id > ${page.after} and r.updated_at < ${page.before} order by r.id limit ${page.limit}`,
  );
}

/** Returns the ids of tabs that were opened before `before` and have not ended, in order. */
export async function listQuietTabs(
  orders: Database,
  page: PageByIds & { before: Date },
): Promise<{ id: string }[]> {
  return query<{ id: string }>(
    orders.em.fork(),
    sql`select id from tabs where status not in (${literals(ENDED_TAB_STATUSES)})
       and id > ${page.after} and created_at < ${page.before} order by id limit ${page.limit}`,
  );
}

/** Returns whether a tab has ended, or does not exist. */
export async function isTabOver(orders: Database, tabId: string): Promise<boolean> {
  const [tab] = await query<{ status: TabStatus }>(
    orders.em.fork(),
    sql`select status from tabs where id = ${tabId}`,
  );
  return tab === undefined || hasTabEnded(tab.status);
}

/**
 * Returns a refund as the subject of a workflow, and whether it is made or has failed; undefined if it doesn't exist.
 */
export async function readRefundSubject(
  orders: Database,
  id: string,
): Promise<(QuietSubject & { readonly isMade: boolean }) | undefined> {
  const [row] = await query<QuietSubject & { isMade: boolean }>(
    orders.em.fork(),
    sql`${REFUND_SUBJECT} where r.id = ${id}`,
  );
  return row;
}

/** Returns those of these orders that have ended and have not changed since `before`. */
export async function listQuietEnded(
  orders: Database,
  of: { ids: readonly string[]; before: Date },
): Promise<QuietSubject[]> {
  return query<QuietSubject>(
    orders.em.fork(),
    sql`select id, id as "orderId", status as "orderStatus", total_amount as amount, currency from orders
     where id = ${anyOf(of.ids)} and status in (${literals(ENDED_STATUSES)}) and updated_at < ${of.before}`,
  );
}

/** Status, number, total and currency of an order. */
export interface OrderFacts {
  readonly status: OrderStatus;
  /** Null before it is confirmed. */
  readonly number: number | null;
  readonly totalAmount: number;
  readonly currency: string;
}

/** Returns the facts of these orders, by id; missing ones are left out. */
export async function readOrderFacts(
  orders: Database,
  ids: readonly string[],
): Promise<Map<string, OrderFacts>> {
  if (ids.length === 0) return new Map();
  const rows = await query<OrderFacts & { id: string }>(
    orders.em.fork(),
    sql`select id, status, number, total_amount as "totalAmount", currency from orders where id = ${anyOf(ids)}`,
  );
  return new Map(rows.map((row) => [row.id, row]));
}
