/** Begins a payment: its row, its calls to Stripe with their keys, and the event, before Stripe is called. */

import { sql } from 'kysely';
import type { AttemptRef } from '../../../domain/payment.ts';
import { UNPAID_SHARES, type ShareStatus } from '../../../domain/share.ts';
import type { Standing } from '../../../domain/standing.ts';
import type { Database } from '../../database.ts';
import { deriveId } from '../../ids.ts';
import { mapRows, query, queryFirst, type Sql } from '../../sql.ts';
import { changeOrder, readStanding, type EventDraft, type OrdersManager } from '../orders/change-order.ts';
import { ShareEntity, type OrderRow } from '../entities/order.ts';
import {
  PaymentEntity,
  PaymentAttemptEntity,
  type PaymentRow,
  type PaymentAttemptRow,
} from '../entities/payment.ts';
import { IS_OUTDATED } from './attempts.ts';
import {
  insertPayment,
  movePayments,
  runMove,
  runPart,
  setCustomer,
  type NewPayment,
} from './change-shares.ts';
import { callKey, type NewCall, type OpenKeys, type StripeOperation } from './stripe-calls.ts';

/** A started payment. */
export interface BegunPayment {
  readonly payment: PaymentRow;
  readonly attempt: PaymentAttemptRow;
  /** Other payments of the same share that may have succeeded: they must be voided before this one is confirmed. */
  readonly superseded: readonly PaymentRow[];
  readonly openKeys: OpenKeys;
}

/**
 * Books the start of a payment: the payment row (the same one for the same share, bill version, amount and Customer,
 * unless it was voided), its calls to Stripe with their keys, and `payment_started`. Safe to repeat; the payment that
 * came with an order began with its hold. If the order awaits no payment, the share is paid, or another attempt has begun
 * since, or its payer has changed, it begins nothing and returns only the order's standing.
 */
export async function beginPayment(
  orders: Database,
  ref: AttemptRef,
): Promise<BegunPayment | { refused: Standing }> {
  const { orderId, shareId, attemptId } = ref;
  const begun = await readBegun(orders, ref);
  if (begun) return begun;
  if (begun === null) return { refused: await readStanding(orders, orderId) };
  const { event, order } = await changeOrder(orders, orderId, `pay:${attemptId}`, async (order, em) => {
    if (!(await awaitsPayment(em, order, ref))) return undefined;
    const { status, hasOtherPayer, ...found } = await readShare(em, order, ref);
    if (hasOtherPayer || !UNPAID_SHARES.some((unpaid) => unpaid === status)) return undefined;
    const payment = await takeUpPayment(em, order, found);
    return { type: 'payment_started', data: { shareId, paymentId: payment.id, amount: payment.amount } };
  });
  if (!event) return { refused: order };
  return (await readBegun(orders, ref)) ?? { refused: order };
}

/** Whether the order awaits a payment of that share: of its bill, or of the change of it that is held. */
async function awaitsPayment(
  em: OrdersManager,
  order: OrderRow,
  { shareId, changeId }: AttemptRef,
): Promise<boolean> {
  if (changeId === undefined) return order.status === 'awaiting_payment' && !order.closing;
  if (order.changeId !== changeId) return false;
  const held = await queryFirst(
    em,
    sql`select from changes c join change_payers y on y.change_id = c.id and y.share_id = ${shareId}
        where c.id = ${changeId} and c.status = 'held' and c.settle is distinct from 'cash'`,
  );
  return held !== undefined;
}

/** A share that is to be paid, under its order's lock. */
interface ShareToPay {
  readonly share: { readonly id: string; readonly billVersion: number; readonly amount: number };
  readonly attempt: PaymentAttemptRow;
  /** Its payments of the attempt's amount and tip. */
  readonly alike: readonly PaymentRow[];
}

/**
 * Reads a share and an attempt on it. `hasOtherPayer`: it was covered or dropped after the attempt was sent, so that its
 * payer, or the amount, is another. In one statement: meanwhile everybody else who pays the order waits.
 */
async function readShare(
  em: OrdersManager,
  order: OrderRow,
  { shareId, attemptId }: AttemptRef,
): Promise<ShareToPay & { readonly status: ShareStatus; readonly hasOtherPayer: boolean }> {
  const row = await queryFirst<{
    share: object;
    attempt: object;
    alike: object[] | null;
    hasOtherPayer: boolean;
  }>(
    em,
    sql`select to_json(s) as share, to_json(a) as attempt,
          (select json_agg(p) from payments p
           where p.order_id = s.order_id and p.share_id = s.id and p.bill_version = s.bill_version
             and p.amount = s.amount + a.tip_amount and p.tip_amount = a.tip_amount) as alike,
          ${order.tabId != null || order.billVersion > 1 ? IS_OUTDATED : sql`false`}
            -- Or before it was sent, but after the API had read whose share it is.
            or coalesce(a.participant_id <> s.participant_id, false) as "hasOtherPayer"
        from shares s join payment_attempts a on a.order_id = s.order_id
        where s.id = ${shareId} and s.order_id = ${order.id} and a.id = ${attemptId} for no key update of s`,
  );
  if (!row) throw new Error(`order ${order.id} has no share ${shareId} with an attempt ${attemptId}`);
  const share = mapRows(em, ShareEntity, [row.share])[0]!;
  return {
    share,
    status: share.status,
    attempt: mapRows(em, PaymentAttemptEntity, [row.attempt])[0]!,
    alike: mapRows(em, PaymentEntity, row.alike ?? []),
    hasOtherPayer: row.hasOtherPayer,
  };
}

/**
 * Reads the payment begun for an attempt, with the keys that have no answer yet; undefined if there is none, null if
 * another attempt on the share has begun since.
 */
async function readBegun(
  orders: Database,
  { orderId, attemptId }: AttemptRef,
): Promise<BegunPayment | null | undefined> {
  const em = orders.em.fork();
  const [row] = await query<BegunRow>(
    em,
    sql`select to_json(p) as payment, to_json(a) as attempt, s.attempt_id <> a.id as "isOutdated",
       (select json_agg(idempotency_key) from stripe_calls where payment_id = p.id and status = 'started') as open,
       (select json_agg(other) from payments other where other.order_id = p.order_id and other.share_id = p.share_id
          and other.id <> p.id and other.status <> 'canceled' and other.method = 'card') as superseded
     from payment_attempts a join payments p on p.id = a.payment_id join shares s on s.id = a.share_id
     where a.id = ${attemptId} and a.order_id = ${orderId}`,
  );
  if (!row) return undefined;
  if (row.isOutdated) return null;
  const payment = mapRows(em, PaymentEntity, [row.payment])[0]!;
  const attempt = mapRows(em, PaymentAttemptEntity, [row.attempt])[0]!;
  const open = firstCalls(payment, attempt).filter(({ key }) => row.open?.includes(key));
  return {
    payment,
    attempt,
    superseded: mapRows(em, PaymentEntity, row.superseded ?? []),
    openKeys: new Map(open.map(({ key, operation }) => [operation, key])),
  };
}

interface BegunRow {
  readonly payment: object;
  readonly attempt: object;
  /** Null while the share's attempt is not known. */
  readonly isOutdated: boolean | null;
  readonly open: string[] | null;
  readonly superseded: object[] | null;
}

/**
 * Begins the payment that came with an order, for the statement that books its hold: returns the payment, to be written
 * with its share, and further parts and the event. The workflow authorizes it next.
 */
export function beginFirstPayment(of: {
  orderId: string;
  billVersion: number;
  share: { id: string; amount: number };
  attempt: FirstAttempt;
}): { payment: NewPayment; parts: Sql[]; event: EventDraft & { dedupeKey: string } } {
  const { orderId, share, billVersion, attempt } = of;
  const { tipAmount, stripeCustomerId } = attempt;
  const amount = share.amount + tipAmount;
  const id = paymentIdOf(share.id, billVersion, amount, tipAmount, 0);
  const calls = firstCalls({ orderId, shareId: share.id, stripePaymentIntentId: null }, attempt);
  return {
    payment: { id, shareId: share.id, attemptId: attempt.id, tipAmount, method: 'card', stripeCustomerId },
    parts: beginParts('before', { orderId, paymentId: id, attemptId: attempt.id, calls }),
    event: {
      type: 'payment_started',
      dedupeKey: `pay:${attempt.id}`,
      data: { shareId: share.id, paymentId: id, amount },
    },
  };
}

/** The attempt that came with an order. */
export interface FirstAttempt {
  readonly id: string;
  readonly shareId: string;
  readonly paymentMethodId: string | null;
  readonly tipAmount: number;
  readonly stripeCustomerId: string | null;
}

/** Returns the calls to Stripe with which an attempt begins. */
function firstCalls(
  payment: Pick<PaymentRow, 'orderId' | 'shareId' | 'stripePaymentIntentId'>,
  { id, paymentMethodId }: Pick<PaymentAttemptRow, 'id' | 'paymentMethodId'>,
): NewCall[] {
  const operations: StripeOperation[] = payment.stripePaymentIntentId ? [] : ['create'];
  if (paymentMethodId) operations.push('confirm');
  return operations.map((operation) => ({ key: callKey(payment, operation, id), operation, madeFor: id }));
}

/** Returns the id of a share's payment of that amount and tip; `count` like it were voided before. */
function paymentIdOf(
  shareId: string,
  billVersion: number,
  amount: number,
  tipAmount: number,
  count: number,
): string {
  return deriveId('payment', shareId, billVersion, amount, tipAmount, count);
}

/**
 * Moves the share to `processing` with its payable payment of that amount and Customer, or with a new one, and writes
 * the calls that it begins with; a voided payment is never reused.
 */
async function takeUpPayment(
  em: OrdersManager,
  order: OrderRow,
  { share, attempt, alike }: ShareToPay,
): Promise<PaymentRow> {
  const { tipAmount } = attempt;
  const open = alike.find((payment) => payment.status !== 'canceled' && isPaidAs(payment, attempt));
  const id =
    open?.id ?? paymentIdOf(share.id, share.billVersion, share.amount + tipAmount, tipAmount, alike.length);
  const step = { action: 'begin', by: 'payer' } as const;
  const parts = open
    ? movePayments(step, [{ paymentId: id, share: { tipAmount, declineCode: null, attemptId: attempt.id } }])
    : insertPayment(step, {
        ...{ id, shareId: share.id, attemptId: attempt.id, tipAmount, method: 'card' },
        stripeCustomerId: attempt.stripeCustomerId ?? null,
      });
  const { stripePaymentIntentId = null } = open ?? {};
  const calls = firstCalls({ orderId: order.id, shareId: share.id, stripePaymentIntentId }, attempt);
  const begin = beginParts('payment', { orderId: order.id, paymentId: id, attemptId: attempt.id, calls });
  const moved = await runMove(em, order.id, step, [...parts, ...begin]);
  return mapRows(em, PaymentEntity, [moved])[0]!;
}

/**
 * Returns the parts that note an attempt's payment, and the calls to Stripe that it begins with, if the part `after`
 * has a row.
 */
function beginParts(
  after: 'before' | 'payment',
  of: { orderId: string; paymentId: string; attemptId: string; calls: readonly NewCall[] },
): Sql[] {
  const { orderId, paymentId, attemptId, calls } = of;
  return [
    sql`attempt as (
        update payment_attempts set payment_id = ${paymentId} from ${sql.id(after)} where payment_attempts.id = ${attemptId})`,
    sql`stripe_call as (
        insert into stripe_calls (idempotency_key, order_id, payment_id, operation, made_for, status)
        select call.key, ${orderId}::uuid, ${paymentId}::uuid, call.operation, call."madeFor", 'started'
        from ${sql.id(after)}, json_to_recordset(${JSON.stringify(calls)}::json) as call (key text, operation text, "madeFor" uuid)
        on conflict do nothing)`,
  ];
}

/** Stripe never changes a PaymentIntent's Customer: another Customer, or a new one, needs another PaymentIntent. */
function isPaidAs(payment: PaymentRow, attempt: PaymentAttemptRow): boolean {
  const wanted = attempt.stripeCustomerId ?? null;
  return (payment.stripeCustomerId ?? null) === wanted && !(attempt.saveCard && wanted === null);
}

/** Records the Customer of a payment's PaymentIntent, before that is made. */
export async function setPaymentCustomer(
  orders: Database,
  paymentId: string,
  stripeCustomerId: string | null,
): Promise<void> {
  await runPart(orders.em.fork(), setCustomer(paymentId, stripeCustomerId));
}
