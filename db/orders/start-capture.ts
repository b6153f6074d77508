/** The beginning of capturing: the point of no return, written before Stripe is called. */

import type { Database } from '../database.ts';
import { changeOrderAtOnce, wasChanged } from './change-order.ts';
import type { PaymentRow } from './entities/payment.ts';
import { listPayments } from './payments.ts';
import { callKey, type OpenKeys } from './stripe-calls.ts';

/**
 * Books `capturing`, the point of no return, with the keys of the captures to come. Safe to repeat. Throws while
 * what is authorized is not the whole bill: nothing is ever captured in part, or confirmed unpaid. Answers the
 * payments to capture.
 */
export async function recordCaptureStarted(
  orders: Database,
  orderId: string,
): Promise<readonly PaymentToCapture[]> {
  const payments = await listPayments(orders, orderId, ['authorized']);
  // Cash needs no call: it is in the till.
  const calls = payments
    .filter(({ method }) => method === 'card')
    .map((payment) => ({ paymentId: payment.id, key: callKey(payment, 'capture', payment.id) }));
  const isStarted = await changeOrderAtOnce(orders, {
    orderId,
    from: 'awaiting_payment',
    given: {
      sql: `o.total_amount = (select coalesce(sum(amount - tip_amount), 0) from payments
                              where id = any(?) and status = 'authorized')`,
      values: [payments.map(({ id }) => id)],
    },
    set: { sql: `status = 'capturing'`, values: [] },
    parts: [
      {
        sql: `stripe_call as (
          insert into stripe_calls (idempotency_key, order_id, payment_id, operation, status)
          select call.key, before.id, call."paymentId", 'capture', 'started'
          from before, json_to_recordset(?::json) as call (key text, "paymentId" uuid) on conflict do nothing)`,
        values: [JSON.stringify(calls)],
      },
    ],
    status: 'capturing',
    events: [
      {
        type: 'capture_started',
        dedupeKey: 'capture_started',
        data: { amount: sumOf(payments.map(({ amount }) => amount)) },
      },
    ],
  });
  if (!isStarted) return listPaymentsToCapture(orders, orderId);
  const keys = new Map(calls.map(({ paymentId, key }) => [paymentId, key]));
  return payments.map((payment) => {
    const key = keys.get(payment.id);
    return { payment, ...(key !== undefined && { openKeys: new Map([['capture', key]]) }) };
  });
}

/** A payment that is to be captured, or was by an earlier run. */
export interface PaymentToCapture {
  readonly payment: PaymentRow;
  readonly openKeys?: OpenKeys;
}

/** What an earlier run of the step was to capture. Throws when there was none: the order is not to be captured. */
async function listPaymentsToCapture(orders: Database, orderId: string): Promise<PaymentToCapture[]> {
  if (!(await wasChanged(orders, orderId, 'capture_started')))
    throw new Error(`not all of order ${orderId} is authorized: it cannot be captured`);
  return (await listPayments(orders, orderId, ['authorized', 'captured'])).map((payment) => ({ payment }));
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
