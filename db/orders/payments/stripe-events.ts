/** Stripe's events: each is stored once, and pending until it is handled. */

import { sql } from 'kysely';
import type { OrderStatus } from '../../../domain/order.ts';
import { newsOf, type StripeEvent } from '../../../domain/stripe-event.ts';
import type { Database } from '../../database.ts';
import type { SoughtBy } from '../orders/read-sought.ts';
import { query, run } from '../../sql.ts';
import { noteToldOf } from '../tabs/forget-cards.ts';

/** An event that must be delivered. */
export interface StripeNews extends SoughtBy {
  readonly eventId: string;
  readonly orderId: string;
  readonly paymentId: string;
  readonly to: 'order' | 'aftercare';
}

/**
 * Stores an event once. Returns its recipient and marks it pending; undefined when nobody needs it, or when it is about
 * no payment of ours. That case takes one statement, since every order has such events.
 */
export async function keepStripeEvent(orders: Database, event: StripeEvent): Promise<StripeNews | undefined> {
  const em = orders.em.fork();
  if (event.setupIntentId !== null) await noteToldOf(orders, event.setupIntentId);
  const [known] = await query<KnownRow>(
    em,
    sql`with kept as (
       insert into stripe_events (id, type, payment_intent_id, created_at) values (${event.id}, ${event.type}, ${event.paymentIntentId}, ${event.createdAt})
       on conflict (id) do nothing returning id)
     select p.id as "paymentId", p.order_id as "orderId", p.status, p.refunded_amount as "refundedAmount",
       o.number as "orderNumber", o.tab_id as "tabId", o.status as "orderStatus", r.status as "refundStatus", r.made_at is not null as "isMade",
       exists (select from kept) as "isNew"
     from payments p join orders o on o.id = p.order_id
       left join refunds r on r.payment_id = p.id and (r.stripe_refund_id = ${event.refund?.id ?? null} or r.id = ${event.refund?.ourId ?? null}::uuid)
     where p.stripe_payment_intent_id = ${event.paymentIntentId}`,
  );
  if (!known) return undefined;
  const { paymentId, orderId, orderNumber, tabId, status, refundedAmount, orderStatus } = known;
  const refund = known.refundStatus === null ? null : { status: known.refundStatus, isMade: known.isMade };
  const to = newsOf(event, { status, refundedAmount, orderStatus, refund });
  if (to === 'nobody') return undefined;
  // A redelivered event may have been handled already.
  if (known.isNew) await run(em, sql`update stripe_events set handled_at = null where id = ${event.id}`);
  return { eventId: event.id, orderId, orderNumber, tabId, paymentId, to };
}

interface KnownRow extends SoughtBy {
  readonly paymentId: string;
  readonly orderId: string;
  readonly status: string;
  readonly refundedAmount: number;
  readonly orderStatus: OrderStatus;
  readonly refundStatus: string | null;
  readonly isMade: boolean;
  readonly isNew: boolean;
}

/** Marks an event as handled. Safe to repeat. */
export async function settleStripeEvent(orders: Database, eventId: string): Promise<void> {
  await run(
    orders.em.fork(),
    sql`update stripe_events set handled_at = now() where id = ${eventId} and handled_at is null`,
  );
}

/**
 * Returns events that are pending for `seconds`, oldest first: Temporal was unavailable when they arrived, or a worker
 * died.
 */
export async function listUnhandledEvents(
  orders: Database,
  options: { seconds: number; limit: number },
): Promise<StripeNews[]> {
  return query<StripeNews>(
    orders.em.fork(),
    sql`select e.id as "eventId", p.order_id as "orderId", p.id as "paymentId",
       o.number as "orderNumber", o.tab_id as "tabId",
       case when p.status = 'requires_action' and (o.status = 'awaiting_payment' or o.change_id is not null) then 'order' else 'aftercare' end as "to"
     from stripe_events e join payments p on p.stripe_payment_intent_id = e.payment_intent_id
       join orders o on o.id = p.order_id
     where e.handled_at is null and e.received_at < now() - make_interval(secs => ${options.seconds})
     order by e.received_at limit ${options.limit}`,
  );
}

/** Returns the ids without a stored event. */
export async function listMissingEvents(orders: Database, ids: readonly string[]): Promise<Set<string>> {
  const rows = await query<{ id: string }>(
    orders.em.fork(),
    sql`select id from stripe_events where id = any(${ids})`,
  );
  const known = new Set(rows.map(({ id }) => id));
  return new Set(ids.filter((id) => !known.has(id)));
}
