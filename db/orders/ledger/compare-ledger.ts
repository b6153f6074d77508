/** The ledger's side of reconciliation: bookings of what is not there, and disputes as they are booked. */

import { sql } from 'kysely';
import type { BookedDispute, StrayBooking } from '../../../domain/compare-ledger.ts';
import type { OrderStatus } from '../../../domain/order.ts';
import type { Database } from '../../database.ts';
import { literals, query, queryFirst, run, type Sql } from '../../sql.ts';
import { deriveId } from '../../ids.ts';
import { LEDGER_KINDS_OF } from '../entities/ledger.ts';
import type { PageByIds } from '../reconciliation/reconciliation.ts';

/** What a dispute of Stripe's is called in our ledger. */
export function disputeReference(stripeDisputeId: string): string {
  return deriveId('dispute', stripeDisputeId);
}

/**
 * A page of all bookings, by id: how many, the last one's id (none: there are no more), and those that name what is not
 * there, unless they are corrected. Of disputes, what is there is what this run has seen at Stripe.
 */
export async function listBookingPage(
  orders: Database,
  reconciliationId: string,
  page: PageByIds & { before: Date },
): Promise<{ count: number; last: string | undefined; strays: StrayBooking[] }> {
  const em = orders.em.fork();
  const [range] = await query<{ count: number; last: string | null }>(
    em,
    sql`select count(*)::int as count, (array_agg(id order by id desc))[1] as last from (
       select id from ledger_transactions where id > ${page.after} order by id limit ${page.limit}) as page`,
  );
  if (!range?.last) return { count: 0, last: undefined, strays: [] };
  const strays = await query<StrayBooking>(
    em,
    strayBookings(
      sql`t.id > ${page.after} and t.id <= ${range.last} and t.at < ${page.before}
          and (t.kind not in (${literals(LEDGER_KINDS_OF.dispute)}) or not exists (
            select from seen_disputes s
            where s.reconciliation_id = ${reconciliationId} and s.dispute_id = t.reference_id))`,
    ),
  );
  return { count: range.count, last: range.last, strays };
}

/** What bookings name this, should it not be there, or undefined. A dispute is taken not to be. */
export async function readStrayBooking(
  orders: Database,
  referenceId: string,
): Promise<StrayBooking | undefined> {
  return queryFirst<StrayBooking>(orders.em.fork(), strayBookings(sql`t.reference_id = ${referenceId}`));
}

/** Bookings of what is not there, each reference once, that do not come to nothing with their corrections. */
function strayBookings(where: Sql): Sql {
  return sql`
    with stray as materialized (
      select distinct on (t.reference_id) t.reference_id, t.order_id, t.currency
      from ledger_transactions t where ${where} and case
        when t.kind in (${literals(LEDGER_KINDS_OF.payment)})
          then not exists (select from payments p where p.id = t.reference_id)
        when t.kind in (${literals(LEDGER_KINDS_OF.refund)})
          then not exists (select from refunds r where r.id = t.reference_id)
        else t.kind in (${literals(LEDGER_KINDS_OF.dispute)}) end)
    select stray.reference_id as "referenceId", stray.order_id as "orderId", stray.currency,
      o.status as "orderStatus", net.amount
    from stray join orders o on o.id = stray.order_id, lateral (
      select max(account_amount)::int as amount from (
        select sum(e.amount) as account_amount
        from ledger_transactions own join ledger_entries e on e.transaction_id = own.id
        where own.kind <> 'correction' and own.reference_id = stray.reference_id
          or own.corrects = stray.reference_id
        group by e.account) as accounts) net
    where net.amount <> 0`;
}

/** A dispute as Stripe tells it; what it moved on our balance, and the fees of that, in minor units. */
export interface DisputeAtStripe {
  readonly id: string;
  readonly intentId: string;
  readonly currency: string;
  readonly movedAmount: number;
  readonly feeAmount: number;
}

/** Notes that a run has seen these disputes at Stripe. */
export async function noteSeenDisputes(
  orders: Database,
  reconciliationId: string,
  ids: readonly string[],
): Promise<void> {
  await run(
    orders.em.fork(),
    sql`insert into seen_disputes (reconciliation_id, dispute_id) select ${reconciliationId}::uuid, unnest(${ids.map(disputeReference)}::uuid[])
     on conflict do nothing`,
  );
}

/** Those of these disputes that are of payments of ours, with what the ledger has of them. */
export async function readBookedDisputes<Dispute extends DisputeAtStripe>(
  orders: Database,
  disputes: readonly Dispute[],
): Promise<(Dispute & BookedDispute)[]> {
  const em = orders.em.fork();
  const references = disputes.map(({ id }) => disputeReference(id));
  const booked = await query<{ referenceId: string; amount: number }>(
    em,
    sql`select coalesce(t.corrects, t.reference_id) as "referenceId", sum(e.amount)::int as amount
     from ledger_transactions t join ledger_entries e on e.transaction_id = t.id and e.account = 'stripe'
     where t.kind in (${literals(LEDGER_KINDS_OF.dispute)}) and t.reference_id = any(${references}::uuid[]) or t.corrects = any(${references}::uuid[])
     group by 1`,
  );
  const amounts = new Map(booked.map(({ referenceId, amount }) => [referenceId, amount]));
  const payments = await query<{
    paymentId: string;
    orderId: string;
    intentId: string;
    orderStatus: OrderStatus;
  }>(
    em,
    sql`select p.id as "paymentId", p.order_id as "orderId", p.stripe_payment_intent_id as "intentId",
       o.status as "orderStatus"
     from payments p join orders o on o.id = p.order_id where p.stripe_payment_intent_id = any(${disputes.map(({ intentId }) => intentId)})`,
  );
  return disputes.flatMap((dispute) => {
    const payment = payments.find(({ intentId }) => intentId === dispute.intentId);
    if (!payment) return [];
    return [{ ...dispute, ...payment, bookedAmount: amounts.get(disputeReference(dispute.id)) ?? 0 }];
  });
}
