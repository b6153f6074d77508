/** Begins capturing: the point of no return, written before Stripe is called. */

import { sql } from 'kysely';
import type { Standing } from '../../../domain/standing.ts';
import type { Database } from '../../database.ts';
import { changeOrderAtOnce, readStanding } from '../orders/change-order.ts';
import { anyOf, mapRows, query } from '../../sql.ts';
import { PaymentEntity, type PaymentRow } from '../entities/payment.ts';
import { listPayments } from './payments.ts';
import { callKey, type OpenKeys } from './stripe-calls.ts';

/** An order's standing, and the payments to capture while it is `capturing`. */
export interface CaptureStart {
  readonly order: Standing;
  readonly payments: readonly PaymentToCapture[];
  /** Whether it is of a tab, which is told once it is confirmed. */
  readonly isRound: boolean;
  /** Whether it is a round that is confirmed unpaid. */
  readonly paidAfter: boolean;
  /** Of a settlement: whether its payer has an address for mails. */
  readonly hasAddress: boolean;
}

/**
 * Books `capturing`, the point of no return, with the keys of the coming captures. Safe to repeat, even when the order
 * has moved on. Throws unless the whole bill is authorized, or it is a round that is paid after: any other order is never
 * captured in part, or confirmed unpaid.
 */
export async function recordCaptureStarted(orders: Database, orderId: string): Promise<CaptureStart> {
  const { payments, ...kind } = await readAuthorized(orders, orderId);
  // Cash needs no call: it is in the till.
  const calls = payments
    .filter(({ method }) => method === 'card')
    .map((payment) => ({ paymentId: payment.id, key: callKey(payment, 'capture', payment.id) }));
  const started = await changeOrderAtOnce(orders, {
    orderId,
    from: 'awaiting_payment',
    // What an open change moves is not decided yet.
    given: sql`not o.closing and o.change_id is null and (o.paid_after or o.total_amount = (select coalesce(sum(amount - tip_amount), 0) from payments
        where id = ${anyOf(payments.map(({ id }) => id))} and status = 'authorized'))`,
    parts: [
      sql`stripe_call as (
          insert into stripe_calls (idempotency_key, order_id, payment_id, operation, made_for, status)
          select call.key, before.id, call."paymentId", 'capture', call."paymentId", 'started'
          from before, json_to_recordset(${JSON.stringify(calls)}::json) as call (key text, "paymentId" uuid)
          on conflict do nothing)`,
    ],
    to: 'capturing',
    events: [
      {
        type: 'capture_started',
        dedupeKey: 'capture_started',
        perBill: true,
        data: { amount: sumOf(payments.map(({ amount }) => amount)) },
      },
    ],
  });
  if (!started) return { ...(await readCaptureStart(orders, orderId)), ...kind };
  const keys = new Map(calls.map(({ paymentId, key }) => [paymentId, key]));
  return {
    order: started,
    ...kind,
    payments: payments.map((payment) => {
      const key = keys.get(payment.id);
      return { payment, ...(key !== undefined && { openKeys: new Map([['capture', key]]) }) };
    }),
  };
}

type KindOfCapture = Pick<CaptureStart, 'isRound' | 'paidAfter' | 'hasAddress'>;

/** Reads the authorized payments of an order, and whether it is a round, and of which kind, in one query. */
async function readAuthorized(
  orders: Database,
  orderId: string,
): Promise<{ payments: PaymentRow[] } & KindOfCapture> {
  const em = orders.em.fork();
  const rows = await query<{ id: string | null } & KindOfCapture>(
    em,
    sql`select o.tab_id is not null as "isRound", o.paid_after as "paidAfter",
          o.kind = 'settlement' and exists (
            select from participants person where person.order_id = o.id and person.email is not null) as "hasAddress", p.*
        from orders o
        left join payments p on p.order_id = o.id and p.status = 'authorized'
        where o.id = ${orderId} order by p.id`,
  );
  const paid = rows.filter(({ id }) => id !== null);
  const { isRound = false, paidAfter = false, hasAddress = false } = rows[0] ?? {};
  return { payments: mapRows(em, PaymentEntity, paid), isRound, paidAfter, hasAddress };
}

/** A payment to capture, or captured by an earlier run. */
export interface PaymentToCapture {
  readonly payment: PaymentRow;
  readonly openKeys?: OpenKeys;
}

/** Reads where an earlier or concurrent run of the step has brought the order. */
async function readCaptureStart(
  orders: Database,
  orderId: string,
): Promise<Pick<CaptureStart, 'order' | 'payments'>> {
  const order = await readStanding(orders, orderId);
  if (order.status === 'awaiting_payment')
    throw new Error(`not all of order ${orderId} is authorized, or it is being ended: it cannot be captured`);
  if (order.status !== 'capturing') return { order, payments: [] };
  const payments = await listPayments(orders, orderId, ['authorized', 'captured']);
  return { order, payments: payments.map((payment) => ({ payment })) };
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
