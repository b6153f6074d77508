/** Calls to Stripe: each with its idempotency key written before it is made, and what became of it after. */

import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { list, run, selectRow } from '../../sql.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { StripeCallEntity, type PaymentRow, type STRIPE_OPERATIONS } from '../entities/payment.ts';

export type StripeOperation = (typeof STRIPE_OPERATIONS)[number];

/** Keys of first calls whose answer nobody has heard yet: Stripe is called with them, be it again. */
export type OpenKeys = ReadonlyMap<StripeOperation, string>;

/**
 * The idempotency key of a call: order, share, operation, and what it is made for: an attempt, by its id, or, of capture
 * and cancel, which a payment sees once, the payment. `repeat` rises only after Stripe responded with 5xx, which it
 * would replay.
 */
export function callKey(
  payment: Pick<PaymentRow, 'orderId' | 'shareId'>,
  operation: StripeOperation,
  madeFor: string,
  repeat = 1,
): string {
  return `order-${payment.orderId}/share-${payment.shareId}/${operation}-${madeFor}${repeat > 1 ? `/${repeat}` : ''}`;
}

/** A call that is about to be made. */
export interface NewCall {
  readonly key: string;
  readonly operation: StripeOperation;
  /** The attempt, payment or refund that it is made for. */
  readonly madeFor: string;
}

/** Writes calls that are about to be made, by their keys; those that are there stay as they are. */
export async function insertCalls(
  em: OrdersManager,
  payment: PaymentRow,
  calls: readonly NewCall[],
): Promise<void> {
  if (calls.length === 0) return;
  const rows = calls.map(
    ({ key, operation, madeFor }) =>
      sql`(${key}, ${payment.orderId}, ${payment.id}, ${operation}, ${madeFor}, 'started')`,
  );
  await run(
    em,
    sql`insert into stripe_calls (idempotency_key, order_id, payment_id, operation, made_for, status)
        values ${list(rows)} on conflict do nothing`,
  );
}

/**
 * Returns the idempotency key to call Stripe with for this operation of an attempt or payment. A call whose outcome is still open is
 * repeated with its own key, and Stripe answers as it did, or would have; after an answer of 5xx, which Stripe keeps
 * under its key, the next key is written: `failedBefore`, then what the call may have done must be read back first.
 * One of `openKeys` needs no looking up.
 */
export async function startStripeCall(
  orders: Database,
  payment: PaymentRow,
  operation: StripeOperation,
  madeFor: string,
  openKeys?: OpenKeys,
): Promise<{ key: string; failedBefore: boolean }> {
  const openKey = openKeys?.get(operation);
  if (openKey) return { key: openKey, failedBefore: false };
  const em = orders.em.fork();
  for (let repeat = 1; ; repeat += 1) {
    const key = callKey(payment, operation, madeFor, repeat);
    const call = await selectRow(em, StripeCallEntity, sql`idempotency_key = ${key}`);
    if (!call) await insertCalls(em, payment, [{ key, operation, madeFor }]);
    if (call?.status !== 'unknown') return { key, failedBefore: repeat > 1 };
  }
}

/** The key of a payment's create whose answer was never heard, or undefined when there is none. */
export async function findOpenCreate(orders: Database, paymentId: string): Promise<string | undefined> {
  const call = await selectRow(
    orders.em.fork(),
    StripeCallEntity,
    sql`payment_id = ${paymentId} and operation = 'create' and status = 'started'`,
  );
  return call?.idempotencyKey;
}

/** Books what became of a call to Stripe. */
export async function settleStripeCall(
  orders: Database,
  key: string,
  status: 'succeeded' | 'failed' | 'unknown',
): Promise<void> {
  await settleCalls(orders.em.fork(), [key], status);
}

async function settleCalls(em: OrdersManager, keys: readonly string[], status: string): Promise<void> {
  await run(
    em,
    sql`update stripe_calls set status = ${status}, updated_at = now() where idempotency_key = any(${keys})`,
  );
}
