/** What reconciliation reads of our records: page by page, so that it needs no more memory for more of them. */

import type { PaymentFacts } from '../../domain/compare-payment.ts';
import type { OrderStatus } from '../../domain/order.ts';
import type { Database } from '../database.ts';

/** What is asked of a payment; `moved_at` in milliseconds. */
const PAYMENT_FACTS = `
  select p.id, p.order_id as "orderId", p.stripe_payment_intent_id as "intentId", p.status, p.amount, p.currency,
    p.captured_amount as "capturedAmount", p.refunded_amount as "reservedAmount",
    case when p.refunded_amount = 0 then 0 else coalesce((select sum(r.amount)::int from refunds r
      where r.payment_id = p.id and r.status = 'succeeded'), 0) end as "refundedAmount",
    o.status as "orderStatus", extract(epoch from greatest(o.updated_at, p.updated_at))::float8 * 1000 as "movedAt"
  from payments p join orders o on o.id = p.order_id`;

/** The payments of these PaymentIntents by the PaymentIntent's id; notes that the run has seen the PaymentIntents. */
export async function readPaymentsOfIntents(
  orders: Database,
  reconciliationId: string,
  intentIds: readonly string[],
): Promise<Map<string, PaymentFacts>> {
  const list = intentIds;
  const rows = await orders.em.fork().execute<PaymentFacts[]>(
    `with seen as (
       insert into seen_intents (reconciliation_id, intent_id) select ?::uuid, unnest(?::text[])
       on conflict do nothing)
     ${PAYMENT_FACTS} where p.stripe_payment_intent_id = any(?::text[])`,
    [reconciliationId, list, list],
  );
  return new Map(rows.map((row) => [row.intentId!, row]));
}

/** The payment that a PaymentIntent's metadata name, where it has no PaymentIntent yet. */
export async function readPaymentFacts(orders: Database, id: string): Promise<PaymentFacts | undefined> {
  const [row] = await orders.em.fork().execute<PaymentFacts[]>(`${PAYMENT_FACTS} where p.id = ?`, [id]);
  return row;
}

/**
 * Up to `limit` payments with ids after `after` that were not seen at Stripe in this run, and the last id looked at;
 * no `last` when there are no more.
 */
export async function listUnseenPayments(
  orders: Database,
  reconciliationId: string,
  page: { after: string; limit: number },
): Promise<{ unseen: PaymentFacts[]; count: number; last: string | undefined }> {
  const em = orders.em.fork();
  const [range] = await em.execute<{ count: number; last: string | null }[]>(
    `select count(*)::int as count, (array_agg(id order by id desc))[1] as last from (
       select id from payments where id > ? and stripe_payment_intent_id is not null order by id limit ?) as page`,
    [page.after, page.limit],
  );
  if (!range?.last) return { unseen: [], count: 0, last: undefined };
  const unseen = await em.execute<PaymentFacts[]>(
    `${PAYMENT_FACTS} where p.id > ? and p.id <= ? and p.stripe_payment_intent_id is not null and not exists (
       select from seen_intents s where s.reconciliation_id = ? and s.intent_id = p.stripe_payment_intent_id)`,
    [page.after, range.last, reconciliationId],
  );
  return { unseen, count: range.count, last: range.last };
}

/** A call to Stripe of whose outcome nobody has heard, though somebody should have by now. */
export interface UnknownCall {
  readonly idempotencyKey: string;
  readonly operation: string;
  readonly orderId: string;
  readonly paymentId: string;
  readonly intentId: string | null;
  readonly amount: number;
  readonly currency: string;
  readonly orderStatus: OrderStatus;
  readonly paymentStatus: string;
}

/** Those older than `settledBefore`, oldest first, at most 500. A later answer about the payment settles its earlier calls. */
export async function listUnknownCalls(orders: Database, settledBefore: Date): Promise<UnknownCall[]> {
  return orders.em.fork().execute<UnknownCall[]>(
    `select c.idempotency_key as "idempotencyKey", c.operation, c.order_id as "orderId",
       c.payment_id as "paymentId", p.stripe_payment_intent_id as "intentId", p.amount, p.currency,
       o.status as "orderStatus", p.status as "paymentStatus"
     from stripe_calls c join payments p on p.id = c.payment_id join orders o on o.id = c.order_id
     where c.status in ('started', 'unknown') and c.updated_at < ? and case c.operation
       when 'capture' then p.status = 'authorized'
       when 'refund' then exists (select from refunds r where r.payment_id = p.id and r.status = 'pending'
         and r.made_at is null and strpos(c.idempotency_key, r.id::text) > 0)
       when 'cancel' then p.status not in ('captured', 'canceled')
       else p.status = 'processing' end
     order by c.updated_at limit 500`,
    [settledBefore],
  );
}

/** An order or refund that should have a workflow at work on it. */
export interface QuietSubject {
  readonly id: string;
  readonly orderId: string;
  readonly orderStatus: OrderStatus;
  readonly amount: number;
  readonly currency: string;
}

/** Unfinished orders that have not changed since `before`, by id. */
export async function listQuietOrders(
  orders: Database,
  page: { after: string; before: Date; limit: number },
): Promise<QuietSubject[]> {
  return orders.em.fork().execute<QuietSubject[]>(
    `select id, id as "orderId", status as "orderStatus", total_amount as amount, currency from orders
     where status in ('placing', 'awaiting_payment', 'capturing', 'confirmed', 'preparing', 'ready')
       and id > ? and updated_at < ? order by id limit ?`,
    [page.after, page.before, page.limit],
  );
}

/** Refunds that are reserved since before `before` and not made, at most 500. */
export async function listQuietRefunds(orders: Database, before: Date): Promise<QuietSubject[]> {
  return orders.em.fork().execute<QuietSubject[]>(
    `select r.id, r.order_id as "orderId", o.status as "orderStatus", r.amount, r.currency
     from refunds r join orders o on o.id = r.order_id
     where r.status = 'pending' and r.made_at is null and r.updated_at < ? order by r.updated_at limit 500`,
    [before],
  );
}

/** Status, total and currency of these orders, by id; missing ones are left out. */
export async function readOrderFacts(
  orders: Database,
  ids: readonly string[],
): Promise<Map<string, { status: OrderStatus; totalAmount: number; currency: string }>> {
  const rows = await orders.em
    .fork()
    .execute<{ id: string; status: OrderStatus; totalAmount: number; currency: string }[]>(
      `select id, status, total_amount as "totalAmount", currency from orders where id = any(?::uuid[])`,
      [ids],
    );
  return new Map(rows.map((row) => [row.id, row]));
}

/** The numbers of these orders, by id, null before one is confirmed; missing orders are left out. */
export async function readOrderNumbers(
  orders: Database,
  ids: readonly string[],
): Promise<Map<string, number | null>> {
  const rows = await orders.em
    .fork()
    .execute<{ id: string; number: number | null }[]>(
      `select id, number from orders where id = any(?::uuid[])`,
      [ids],
    );
  return new Map(rows.map(({ id, number }) => [id, number]));
}
