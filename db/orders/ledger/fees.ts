/** Stripe's fees, in the ledger. */

import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { query, run } from '../../sql.ts';
import { deriveId } from '../../ids.ts';
import { FEES_BOOKED } from '../payments/change-shares.ts';

/** Stripe's fee of a captured payment, in minor units of the settlement currency. */
export interface Fee {
  readonly paymentId: string;
  readonly amount: number;
  readonly currency: string;
}

/**
 * Books Stripe's fees of captured payments: each is a cost, and reduces what Stripe owes us. Books once per payment,
 * whatever Stripe reports later; a fee of 0 is noted without a booking. Skips payments that are not captured, and, for
 * this time, those that are locked by another change.
 */
export async function bookFees(orders: Database, fees: readonly Fee[]): Promise<void> {
  if (fees.length === 0) return;
  const given = fees.map((fee) => ({ ...fee, transactionId: deriveId('ledger', 'fee', fee.paymentId) }));
  await run(
    orders.em.fork(),
    sql`with given as (
       select * from json_to_recordset(${JSON.stringify(given)}::json)
         as fee ("paymentId" uuid, "transactionId" uuid, amount int, currency text)),
     due as (
       select p.id from payments p join orders o on o.id = p.order_id
       where p.id in (select "paymentId" from given) and p.captured_amount > 0 and not p.fee_booked
       for no key update of o, p skip locked),
     ${FEES_BOOKED},
     booked as (
       insert into ledger_transactions (id, order_id, kind, reference_id, currency)
       select given."transactionId", payment.order_id, 'fee', payment.id, given.currency
       from payment join given on given."paymentId" = payment.id where given.amount <> 0
       returning id)
     insert into ledger_entries (transaction_id, account, amount)
     select booked.id, entry.account, entry.amount
     from booked join given on given."transactionId" = booked.id,
       lateral (values ('stripe', -given.amount), ('fees', given.amount)) as entry (account, amount)`,
  );
}

/** Returns captured payments whose fee is not booked, oldest first, that were begun at least `seconds` ago. */
export async function listPaymentsWithoutFee(
  orders: Database,
  options: { seconds: number; limit: number },
): Promise<{ id: string; intentId: string; createdAt: Date }[]> {
  const rows = await query<{ id: string; intentId: string; createdAt: string }>(
    orders.em.fork(),
    sql`select id, stripe_payment_intent_id as "intentId", created_at as "createdAt" from payments
     where captured_amount > 0 and not fee_booked and stripe_payment_intent_id is not null
       and created_at < now() - make_interval(secs => ${options.seconds})
     order by created_at limit ${options.limit}`,
  );
  return rows.map((row) => ({ ...row, createdAt: new Date(row.createdAt) }));
}
