/** The ledger's side of reconciliation: bookings without a subject, and disputes as booked. */

import { sql } from 'kysely';
import type { BookedDispute, StrayBooking } from '../../../domain/compare-ledger.ts';
import type { OrderStatus } from '../../../domain/order.ts';
import type { Database } from '../../database.ts';
import { anyOf, literals, query, queryFirst, run, type Sql } from '../../sql.ts';
import { deriveId } from '../../ids.ts';
import { LEDGER_KINDS_OF } from '../entities/ledger.ts';
import type { PageByIds } from '../reconciliation/reconciliation.ts';

/** Returns the reference of a Stripe dispute in our ledger. */
export function disputeReference(stripeDisputeId: string): string {
  return deriveId('dispute', stripeDisputeId);
}

/**
 * Reads a page of all bookings, by id: their number, the last one's id (undefined at the end), and those whose
 * reference doesn't exist, unless they are corrected. A dispute exists if this run has seen it at Stripe.
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

/**
 * Returns the bookings with this reference if its subject doesn't exist, or undefined. A dispute is assumed not to
 * exist.
 */
export async function readStrayBooking(
  orders: Database,
  referenceId: string,
): Promise<StrayBooking | undefined> {
  return queryFirst<StrayBooking>(orders.em.fork(), strayBookings(sql`t.reference_id = ${referenceId}`));
}

/** Bookings without a subject, each reference once, whose sum with their corrections isn't 0. */
function strayBookings(where: Sql): Sql {
  return sql`
    with stray as materialized (
      select distinct on (t.reference_id) t.reference_id, t.order_id, t.currency
      from ledger_transactions t where ${where} and case
        when t.kind in (${literals(LEDGER_KINDS_OF.payment)})
          then not exists (select from payments p where p.id = t.reference_id)
        when t.kind in (${literals(LEDGER_KINDS_OF.refund)})
          then not exists (select from refunds r where r.id = t.reference_id)
        when t.kind in (${literals(LEDGER_KINDS_OF.order)}) then t.reference_id <> t.order_id
        when t.kind in (${literals(LEDGER_KINDS_OF.change)})
          then not exists (select from changes c where c.id = t.reference_id)
        when t.kind in (${literals(LEDGER_KINDS_OF.reduction)})
          then not exists (select from reductions r where r.id = t.reference_id)
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

/** A dispute from Stripe, with its effect on our balance and its fees, in minor units. */
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

/** Returns those of these disputes that concern our payments, with their bookings. */
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
     where t.kind in (${literals(LEDGER_KINDS_OF.dispute)}) and t.reference_id = ${anyOf(references)} or t.corrects = ${anyOf(references)}
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
