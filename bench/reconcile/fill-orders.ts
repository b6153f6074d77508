/** Fills the orders database in bulk, as the product would have. */

import { Client } from 'pg';
import type { Calendar, Range } from './story.ts';
import { AMOUNT, REFUND } from './templates.ts';

const AT_ONCE = 10_000;

/** Writes these orders with their shares, payments, refunds and bookings. `fee`: Stripe's fee per payment. */
export async function fillOrders(
  url: string,
  calendar: Calendar,
  { from, to, fee }: Range & { fee: number },
): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    // The bookings below are balanced; a trigger call for each would take longer than the measurement.
    await client.query(`set session_replication_role = replica`);
    for (let start = from; start <= to; start += AT_ONCE) {
      const end = Math.min(to, start + AT_ONCE - 1);
      await client.query(
        `create temp table story as select n,
           to_timestamp($3::float8 + n * $4::float8) as at, n % 20 = 0 as is_refunded,
           n % 20 <> 0 and n % 30 = 1 as is_expired,
           md5('order' || n)::uuid as order_id, md5('share' || n)::uuid as share_id,
           md5('payment' || n)::uuid as payment_id, md5('refund' || n)::uuid as refund_id,
           md5('participant' || n)::uuid as participant_id
         from generate_series($1::int, $2::int) as n`,
        [start, end, calendar.firstAt, calendar.stepSeconds],
      );
      await client.query(
        FILL.replaceAll(':amount', String(AMOUNT))
          .replaceAll(':refund', String(REFUND))
          .replaceAll(':fee', String(fee)),
      );
      await client.query(`drop table story`);
    }
    await client.query(`analyze`);
  } finally {
    await client.end();
  }
}

const FILL = `
  insert into orders (id, number, status, reason, version, currency, total_amount, host_participant_id,
    request_hash, accept_before, confirmed_at, created_at, updated_at)
  select order_id, case when is_expired then null else n end, case when is_expired then 'expired' else 'completed' end,
    case when is_expired then 'payment_deadline' end, 8, 'eur', :amount, participant_id, '', at,
    case when is_expired then null else at end, at, at from story;
  insert into participants (id, order_id, name, created_at) select participant_id, order_id, 'Bench', at from story;
  insert into shares (id, order_id, bill_version, participant_id, amount, refunded_amount, status)
  select share_id, order_id, 1, participant_id, :amount, case when is_refunded then :refund else 0 end,
    case when is_expired then 'voided' when is_refunded then 'partly_refunded' else 'captured' end from story;
  insert into payments (id, order_id, share_id, bill_version, amount, tip_amount, currency, status,
    stripe_payment_intent_id, captured_amount, refunded_amount, fee_booked, created_at, updated_at)
  select payment_id, order_id, share_id, 1, :amount, 0, 'eur', case when is_expired then 'canceled' else 'captured' end,
    'pi_bench' || n, case when is_expired then 0 else :amount end, case when is_refunded then :refund else 0 end,
    not is_expired, at, at from story;
  insert into refunds (id, order_id, share_id, payment_id, amount, currency, cause, reason, status, stripe_refund_id,
    restock, request_hash, actor_id, made_at, created_at, updated_at)
  select refund_id, order_id, share_id, payment_id, :refund, 'eur', 'requested', 'Lukewarm', 'succeeded', 're_bench' || n, false, '',
    'bench', at, at, at from story where is_refunded;
  insert into ledger_transactions (id, order_id, kind, reference_id, currency, at)
  select md5(kind || n)::uuid, order_id, kind, case kind when 'refund' then refund_id else payment_id end, 'eur', at
  from story, unnest(case when is_expired then '{authorization,void}' when is_refunded
    then '{authorization,capture,fee,refund}' else '{authorization,capture,fee}' end::text[]) as kind;
  insert into ledger_entries (transaction_id, account, amount)
  select md5(kind || n)::uuid, account, amount from story, (values
    ('authorization', 'authorized', :amount), ('authorization', 'authorized_offset', -:amount),
    ('void', 'authorized', -:amount), ('void', 'authorized_offset', :amount),
    ('capture', 'stripe', :amount), ('capture', 'sales', -:amount),
    ('capture', 'authorized', -:amount), ('capture', 'authorized_offset', :amount),
    ('fee', 'stripe', -:fee), ('fee', 'fees', :fee),
    ('refund', 'stripe', -:refund), ('refund', 'sales', :refund)) as entry (kind, account, amount)
  where case kind when 'authorization' then true when 'void' then is_expired
    when 'refund' then is_refunded else not is_expired end`;
