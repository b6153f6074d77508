/** Calls to Stripe: each is recorded with its idempotency key before it is made, and with its outcome after. */

import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { list, run, selectRow } from '../../sql.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { StripeCallEntity, type PaymentRow, type STRIPE_OPERATIONS } from '../entities/payment.ts';

export type StripeOperation = (typeof STRIPE_OPERATIONS)[number];

/** Keys of first calls without an answer yet: Stripe is called with them, perhaps again. */
export type OpenKeys = ReadonlyMap<StripeOperation, string>;

/**
 * Returns the idempotency key of a call: order, share, operation, and its subject: an attempt, or for capture and
 * cancel, which happen once per payment, the payment. `repeat` rises only after a 5xx from Stripe, which Stripe would
 * replay.
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
  /** The attempt, payment or refund for which it is made. */
  readonly madeFor: string;
}

/** Writes calls that are about to be made, by their keys; existing rows stay as they are. */
async function insertCalls(em: OrdersManager, payment: PaymentRow, calls: readonly NewCall[]): Promise<void> {
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
 * Returns the idempotency key for this operation of an attempt or payment. A call without a known outcome is repeated
 * with its own key, so that Stripe replays its answer. After a 5xx, which Stripe stores under its key, the next key is
 * written with `failedBefore`: the failed call's effect must then be read back first. A key in `openKeys` needs no
 * lookup.
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

/** Returns the key of a payment's create call that has no answer, or undefined. */
export async function findOpenCreate(orders: Database, paymentId: string): Promise<string | undefined> {
  const call = await selectRow(
    orders.em.fork(),
    StripeCallEntity,
    sql`payment_id = ${paymentId} and operation = 'create' and status = 'started'`,
  );
  return call?.idempotencyKey;
}

/** Records the outcome of a call to Stripe. */
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
