/** Reads our records for reconciliation page by page, so that memory doesn't grow with them. */

import { sql } from 'kysely';
import type { BookedPayment, ChargedOrder } from '../../../domain/compare-ledger.ts';
import type { PaymentFacts } from '../../../domain/compare-payment.ts';
import { OPEN_CHANGES } from '../../../domain/order-change.ts';
import type { OrderStatus } from '../../../domain/order.ts';
import { UNVOIDED_STATES } from '../../../domain/payment.ts';
import { UNHEARD_CALLS } from '../entities/payment.ts';
import type { Database } from '../../database.ts';
import { literals, query } from '../../sql.ts';

/** A page of an iteration by id: up to `limit` rows with ids after `after`. */
export interface PageByIds {
  readonly after: string;
  readonly limit: number;
}

/** The columns of a payment to compare; `movedAt` in milliseconds. */
const PAYMENT_FACTS = sql`
  p.id, p.order_id as "orderId", p.stripe_payment_intent_id as "intentId", p.status, p.amount, p.currency,
  p.captured_amount as "capturedAmount", p.refunded_amount as "reservedAmount",
  case when p.refunded_amount = 0 then 0 else coalesce((select sum(r.amount)::int from refunds r
    where r.payment_id = p.id and r.status = 'succeeded'), 0) end as "refundedAmount",
  o.change_id is not null and exists (select from shares s join changes c on c.id = s.change_id
    where s.id = p.share_id and c.status in (${literals(OPEN_CHANGES)})) as "isOfOpenChange",
  o.status as "orderStatus", extract(epoch from greatest(o.updated_at, p.updated_at))::float8 * 1000 as "movedAt"`;

/** The data noted of a PaymentIntent that a run has seen. */
export interface SeenIntent {
  readonly id: string;
  /** In the settlement currency; absent while Stripe doesn't know it. */
  readonly feeAmount?: number;
}

/**
 * Returns the payments of these PaymentIntents by the PaymentIntent's id, and notes that the run has seen the
 * PaymentIntents.
 */
export async function readPaymentsOfIntents(
  orders: Database,
  reconciliationId: string,
  intents: readonly SeenIntent[],
): Promise<Map<string, PaymentFacts>> {
  const seen = JSON.stringify(intents.map(({ id, feeAmount }) => ({ id, fee: feeAmount })));
  const rows = await query<PaymentFacts>(
    orders.em.fork(),
    sql`with seen as (
       insert into seen_intents (reconciliation_id, intent_id, fee_amount)
       select ${reconciliationId}::uuid, id, fee from json_to_recordset(${seen}::json) as given (id text, fee int)
       on conflict do nothing)
     select ${PAYMENT_FACTS} from payments p join orders o on o.id = p.order_id
     where p.stripe_payment_intent_id = any(${intents.map(({ id }) => id)}::text[])`,
  );
  return new Map(rows.map((row) => [row.intentId!, row]));
}

/** Returns a payment by its id or its PaymentIntent's, or undefined. */
export async function readPaymentFacts(
  orders: Database,
  by: { id: string } | { intentId: string },
): Promise<PaymentFacts | undefined> {
  const isWanted = 'id' in by ? sql`p.id = ${by.id}` : sql`p.stripe_payment_intent_id = ${by.intentId}`;
  const [row] = await query<PaymentFacts>(
    orders.em.fork(),
    sql`select ${PAYMENT_FACTS} from payments p join orders o on o.id = p.order_id
       where ${isWanted}`,
  );
  return row;
}

const BOOKED_PAYMENT = sql`
  case when p.method = 'card' then p.captured_amount when p.status = 'canceled' then 0 else p.amount end
    - case when p.refunded_amount = 0 then 0 else coalesce((select sum(r.amount)::int from refunds r
    where r.payment_id = p.id and r.made_at is not null and r.status <> 'failed'), 0) end as "keptAmount",
  case when p.method = 'card' and p.status = 'authorized' then p.amount else 0 end as "heldAmount",
  case when p.fee_booked then b.fee end as "bookedFeeAmount",
  b.kept as "bookedKeptAmount", b.earned as "bookedEarnedAmount", b.held as "bookedHeldAmount"`;
const BOOKINGS = sql`
  left join lateral (
    select coalesce(sum(amount) filter (where account in ('stripe', 'fees', 'cash')), 0)::int as kept,
      coalesce(-sum(amount) filter (where account in ('sales', 'tips', 'receivable')), 0)::int as earned,
      coalesce(sum(amount) filter (where account = 'authorized'), 0)::int as held,
      coalesce(sum(amount) filter (where account = 'fees'), 0)::int as fee
    from payment_bookings where payment_id = p.id) b on true`;

/** A payment with its balances in the ledger, and whether this run has seen its PaymentIntent at Stripe. */
export type WalkedPayment = PaymentFacts & BookedPayment & { readonly isUnseen: boolean };

/** Returns a page of all payments, by id. */
export async function listPaymentPage(
  orders: Database,
  reconciliationId: string,
  page: PageByIds,
): Promise<WalkedPayment[]> {
  // Limited, so that PostgreSQL looks up each one in the seen rows, which have no statistics yet.
  return query<WalkedPayment>(
    orders.em.fork(),
    sql`select ${PAYMENT_FACTS}, ${BOOKED_PAYMENT}, case when p.captured_amount > 0 then s.fee_amount end as "stripeFeeAmount",
       p.stripe_payment_intent_id is not null and s.intent_id is null as "isUnseen"
     from payments p join orders o on o.id = p.order_id ${BOOKINGS}
       left join lateral (select intent_id, fee_amount from seen_intents where reconciliation_id = ${reconciliationId}
         and intent_id = p.stripe_payment_intent_id limit 1) s on true
     where p.id > ${page.after} order by p.id limit ${page.limit}`,
  );
}

/** Returns one payment's balances in the ledger, or undefined; Stripe's own fee is not known here. */
export async function readBookedPayment(orders: Database, id: string): Promise<BookedPayment | undefined> {
  const [row] = await query<BookedPayment>(
    orders.em.fork(),
    sql`select ${PAYMENT_FACTS}, ${BOOKED_PAYMENT}, null as "stripeFeeAmount" from payments p join orders o on o.id = p.order_id ${BOOKINGS}
     where p.id = ${id}`,
  );
  return row;
}

const CHARGED_ORDER = sql`
  select o.id, o.status, o.currency, o.total_amount as "totalAmount",
    coalesce((select sum(p.amount - p.tip_amount - s.changed_amount)::int
      from payments p join shares s on s.id = p.share_id and s.bill_version = o.bill_version
      where p.order_id = o.id and p.status = 'captured'), 0) as "paidAmount"
  from orders o where (o.number is not null and not o.paid_after or o.kind = 'settlement' and o.status = 'completed')`;

/**
 * Returns a page of orders that were paid and confirmed at some time and have not changed since `before`, by id. A round
 * that is paid after is not: its tab's settlements are.
 */
export async function listChargedPage(
  orders: Database,
  page: PageByIds & { before: Date },
): Promise<ChargedOrder[]> {
  return query<ChargedOrder>(
    orders.em.fork(),
    sql`${CHARGED_ORDER} and o.id > ${page.after} and o.updated_at < ${page.before} order by o.id limit ${page.limit}`,
  );
}

/** Returns an order that was paid and confirmed at some time, or undefined. */
export async function readChargedOrder(orders: Database, id: string): Promise<ChargedOrder | undefined> {
  const [row] = await query<ChargedOrder>(orders.em.fork(), sql`${CHARGED_ORDER} and o.id = ${id}`);
  return row;
}

/** Returns when the first order was placed, or undefined when there is none. */
export async function readFirstOrderTime(orders: Database): Promise<Date | undefined> {
  const [row] = await query<{ first: string | null }>(
    orders.em.fork(),
    sql`select min(created_at) as first from orders`,
  );
  return row?.first ? new Date(row.first) : undefined;
}

/** A call to Stripe whose outcome is overdue. */
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
  /** The refund for which it was made; null for any other operation. */
  readonly refundId: string | null;
}

/**
 * Returns those older than `settledBefore`, oldest first, at most 500; with `key`, only that one. A later answer about
 * the payment settles its earlier calls.
 */
export async function listUnknownCalls(
  orders: Database,
  { settledBefore, key }: { settledBefore: Date; key?: string },
): Promise<UnknownCall[]> {
  return query<UnknownCall>(
    orders.em.fork(),
    sql`select c.idempotency_key as "idempotencyKey", c.operation, c.order_id as "orderId",
       c.payment_id as "paymentId", p.stripe_payment_intent_id as "intentId", p.amount, p.currency,
       o.status as "orderStatus", p.status as "paymentStatus", case c.operation when 'refund' then c.made_for end as "refundId"
     from stripe_calls c join payments p on p.id = c.payment_id join orders o on o.id = c.order_id
     where c.status in (${literals(UNHEARD_CALLS)}) and c.updated_at <= ${settledBefore} and (${key ?? null}::text is null or c.idempotency_key = ${key ?? null})
       and case c.operation
       when 'capture' then p.status = 'authorized'
       when 'refund' then exists (select from refunds r where r.payment_id = p.id and r.status = 'pending'
         and r.made_at is null and r.id = c.made_for)
       when 'cancel' then p.status in (${literals(UNVOIDED_STATES)})
       else p.status = 'processing' end
     order by c.updated_at limit 500`,
  );
}
