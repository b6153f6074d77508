/** Stripe's fees, in the ledger. */

import type { Database } from '../database.ts';
import { deriveId } from '../ids.ts';

/** Stripe's fee of a captured payment, in the minor units of the currency it is settled in. */
export interface Fee {
  readonly paymentId: string;
  readonly amount: number;
  readonly currency: string;
}

/**
 * Books Stripe's fee of a captured payment: it costs us, and lessens what Stripe owes. Once per payment, whatever
 * is told later; a fee of 0 is noted and books nothing. Of a payment that is not captured, nothing is booked.
 */
export async function bookFee(orders: Database, { paymentId, amount, currency }: Fee): Promise<void> {
  await orders.em.fork().transactional((em) =>
    em.execute(
      `with payment as (
         update payments set fee_booked = true where id = ? and status = 'captured' and not fee_booked
         returning id, order_id),
       booked as (
         insert into ledger_transactions (id, order_id, kind, reference_id, currency)
         select ?, order_id, 'fee', id, ? from payment where ? <> 0 returning id)
       insert into ledger_entries (transaction_id, account, amount)
       select booked.id, entry.account, entry.amount
       from booked, (values ('stripe', ?::int), ('fees', ?::int)) as entry (account, amount)`,
      [paymentId, deriveId('ledger', 'fee', paymentId), currency, amount, -amount, amount],
      'run',
    ),
  );
}

/** Captured payments whose fee is not booked, oldest first, that were begun at least `seconds` ago. */
export async function listPaymentsWithoutFee(
  orders: Database,
  options: { seconds: number; limit: number },
): Promise<{ id: string; intentId: string; createdAt: Date }[]> {
  const rows = await orders.em.fork().execute<{ id: string; intentId: string; createdAt: string }[]>(
    `select id, stripe_payment_intent_id as "intentId", created_at as "createdAt" from payments
     where status = 'captured' and not fee_booked and stripe_payment_intent_id is not null
       and created_at < now() - make_interval(secs => ?)
     order by created_at limit ?`,
    [options.seconds, options.limit],
  );
  return rows.map((row) => ({ ...row, createdAt: new Date(row.createdAt) }));
}
