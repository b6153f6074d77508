/**
 * Payments as our database knows them. The idempotency key of every call to Stripe is written before the call;
 * what Stripe answered is written after it, with the order's event, in one transaction. No transaction is open
 * while Stripe is being called.
 */

import type { Card } from '../../domain/card.ts';
import { tellableCode } from '../../domain/decline-sentence.ts';
import type { Database } from '../database.ts';
import { deriveId } from '../ids.ts';
import { mapRows, queryRows, selectOne, selectRow, selectRows } from '../rows.ts';
import { sqlList } from '../sql-list.ts';
import {
  changeOrder,
  changeOrderAtOnce,
  wasChanged,
  type EventDraft,
  type OrdersManager,
  type SqlPart,
} from './change-order.ts';
import {
  PaymentEntity,
  PayRequestEntity,
  ShareEntity,
  StripeCallEntity,
  type OrderRow,
  type PaymentRow,
  type PayRequestRow,
  type STRIPE_OPERATIONS,
} from './entities.ts';
import { bookAuthorization, bookVoid } from './ledger.ts';

export type StripeOperation = (typeof STRIPE_OPERATIONS)[number];

/** One try of a payer to pay a share. `attempt` counts the tries on that share from 1, chosen by the workflow. */
export interface PaymentAttempt {
  readonly orderId: string;
  readonly shareId: string;
  readonly payRequestId: string;
  readonly attempt: number;
}

/** Keys of first calls whose answer nobody has heard yet: Stripe is called with them, be it again. */
export type OpenKeys = ReadonlyMap<StripeOperation, string>;

/** A step came to an order that cannot take it: a bug, or a late message; never to be retried. */
export class StepRefused extends Error {}

/** A payment that was begun. */
export interface BegunPayment {
  readonly payment: PaymentRow;
  readonly request: PayRequestRow;
  /** Open payments of the same share besides: they must be voided before this one is confirmed. */
  readonly superseded: readonly PaymentRow[];
  readonly openKeys: OpenKeys;
}

/**
 * Books that a share is being paid: the payment row (the same one for the same share, bill version, amount and
 * Customer, unless that was voided), its calls to Stripe with their keys, and `payment_started`. Safe to repeat; the payment
 * that came with an order was begun with its hold.
 */
export async function beginPayment(orders: Database, attempt: PaymentAttempt): Promise<BegunPayment> {
  const { orderId, shareId, payRequestId } = attempt;
  const begun = await readBegun(orders, attempt);
  if (begun) return begun;
  await changeOrder(orders, orderId, `pay:${payRequestId}`, async (order, em) => {
    if (order.status !== 'awaiting_payment') {
      throw new StepRefused(`order ${orderId} is ${order.status}: no share of it can be paid`);
    }
    const share = await selectOne(em, ShareEntity, 'id = ? and order_id = ?', [shareId, orderId]);
    const request = await selectOne(em, PayRequestEntity, 'id = ? and order_id = ?', [payRequestId, orderId]);
    const amount = share.amount + request.tipAmount;
    const payment = await takeUpPayment(em, order, share, request);
    await em.execute(
      `with request as (update pay_requests set payment_id = ? where id = ?)
       update shares set status = 'processing', tip_amount = ?, decline_code = null where id = ?`,
      [payment.id, payRequestId, request.tipAmount, shareId],
      'run',
    );
    await insertCalls(em, payment, firstCalls(payment, request.paymentMethodId ?? null, attempt.attempt));
    return { type: 'payment_started', data: { shareId, paymentId: payment.id, amount } };
  });
  return (await readBegun(orders, attempt))!;
}

/** What was begun for a pay request, with the keys nobody has heard an answer to yet; undefined when nothing was. */
async function readBegun(orders: Database, attempt: PaymentAttempt): Promise<BegunPayment | undefined> {
  const { orderId, shareId, payRequestId } = attempt;
  const em = orders.em.fork();
  const [row] = await em.execute<{ payment: object; request: object; open: string[] | null }[]>(
    `select to_json(p) as payment, to_json(r) as request,
       (select json_agg(idempotency_key) from stripe_calls where payment_id = p.id and status = 'started') as open
     from pay_requests r join payments p on p.id = r.payment_id where r.id = ? and r.order_id = ?`,
    [payRequestId, orderId],
  );
  if (!row) return undefined;
  const payment = mapRows(em, PaymentEntity, [row.payment])[0]!;
  const request = mapRows(em, PayRequestEntity, [row.request])[0]!;
  const calls = firstCalls(payment, request.paymentMethodId ?? null, attempt.attempt);
  const open = calls.filter(({ key }) => row.open?.includes(key));
  const superseded =
    attempt.attempt === 1
      ? []
      : await selectRows(
          em,
          PaymentEntity,
          `share_id = ? and id <> ? and status in ('processing', 'requires_action', 'declined', 'authorized')`,
          [shareId, payment.id],
        );
  return {
    payment,
    request,
    superseded,
    openKeys: new Map(open.map(({ key, operation }) => [operation, key])),
  };
}

/**
 * The beginning of the payment that came with an order, as parts of the statement that books its hold: the workflow
 * authorizes it next.
 */
export function beginFirstPayment(of: {
  orderId: string;
  shareId: string;
  billVersion: number;
  /** The share's. */
  amount: number;
  payRequest: {
    id: string;
    paymentMethodId: string | null;
    tipAmount: number;
    stripeCustomerId: string | null;
  };
}): { parts: SqlPart[]; event: EventDraft & { dedupeKey: string } } {
  const { orderId, shareId, billVersion, payRequest } = of;
  const { tipAmount } = payRequest;
  const amount = of.amount + tipAmount;
  const paymentId = paymentIdOf(shareId, billVersion, amount, tipAmount, 0);
  const calls = firstCalls({ orderId, shareId, stripePaymentIntentId: null }, payRequest.paymentMethodId, 1);
  return {
    parts: [
      {
        sql: `payment as (
          insert into payments (id, order_id, share_id, bill_version, amount, tip_amount, currency, stripe_customer_id,
            status)
          select ?::uuid, before.id, ?::uuid, before.bill_version, ?::int, ?::int, before.currency, ?, 'processing'
          from before)`,
        values: [paymentId, shareId, amount, tipAmount, payRequest.stripeCustomerId],
      },
      {
        sql: `pay_request as (update pay_requests set payment_id = ? from before where pay_requests.id = ?)`,
        values: [paymentId, payRequest.id],
      },
      {
        sql: `stripe_call as (
          insert into stripe_calls (idempotency_key, order_id, payment_id, operation, status)
          select call.key, before.id, ?::uuid, call.operation, 'started'
          from before, json_to_recordset(?::json) as call (key text, operation text))`,
        values: [paymentId, JSON.stringify(calls)],
      },
    ],
    event: {
      type: 'payment_started',
      dedupeKey: `pay:${payRequest.id}`,
      data: { shareId, paymentId, amount },
    },
  };
}

/** The calls to Stripe that a try to pay begins with. */
function firstCalls(
  payment: Pick<PaymentRow, 'orderId' | 'shareId' | 'stripePaymentIntentId'>,
  paymentMethodId: string | null,
  attempt: number,
): { key: string; operation: StripeOperation }[] {
  const operations: StripeOperation[] = payment.stripePaymentIntentId ? [] : ['create'];
  if (paymentMethodId) operations.push('confirm');
  return operations.map((operation) => ({ key: callKey(payment, operation, attempt), operation }));
}

/** The id of the payment of a share over that amount and tip: `count` payments of the same were voided before. */
function paymentIdOf(
  shareId: string,
  billVersion: number,
  amount: number,
  tipAmount: number,
  count: number,
): string {
  return deriveId('payment', shareId, billVersion, amount, tipAmount, count);
}

/** The payment of that amount and payer that can still be paid; one that was voided is never taken up again. */
async function takeUpPayment(
  em: OrdersManager,
  order: OrderRow,
  share: { id: string; billVersion: number; amount: number },
  request: PayRequestRow,
): Promise<PaymentRow> {
  const { tipAmount, stripeCustomerId } = request;
  const amount = share.amount + tipAmount;
  const same = await selectRows(
    em,
    PaymentEntity,
    'share_id = ? and bill_version = ? and amount = ? and tip_amount = ?',
    [share.id, share.billVersion, amount, tipAmount],
  );
  const open = same.find((payment) => payment.status !== 'canceled' && isPaidAs(payment, request));
  const id = open?.id ?? paymentIdOf(share.id, share.billVersion, amount, tipAmount, same.length);
  const [payment] = await queryRows(
    em,
    PaymentEntity,
    `insert into payments (id, order_id, share_id, bill_version, amount, tip_amount, currency, stripe_customer_id,
       status)
     values (?, ?, ?, ?, ?, ?, ?, ?, 'processing') on conflict (id) do update set status = 'processing' returning *`,
    [id, order.id, share.id, share.billVersion, amount, tipAmount, order.currency, stripeCustomerId ?? null],
  );
  return payment!;
}

/** Stripe never changes whose a PaymentIntent is: who pays as another Customer, or becomes one, needs another. */
function isPaidAs(payment: PaymentRow, request: PayRequestRow): boolean {
  const wanted = request.stripeCustomerId ?? null;
  return (payment.stripeCustomerId ?? null) === wanted && !(request.saveCard && wanted === null);
}

/** Writes for which Customer a payment's PaymentIntent is made, before it is. */
export async function setPaymentCustomer(
  orders: Database,
  paymentId: string,
  stripeCustomerId: string | null,
): Promise<void> {
  await orders.em
    .fork()
    .execute(`update payments set stripe_customer_id = ? where id = ?`, [stripeCustomerId, paymentId], 'run');
}

/** The idempotency key of the n-th call of an operation: order, share, operation, attempt (of capture and cancel, which a payment sees once: the payment); `repeat` rises only after Stripe answered 5xx, which it would replay. */
function callKey(
  payment: Pick<PaymentRow, 'orderId' | 'shareId'>,
  operation: StripeOperation,
  attempt: number | string,
  repeat = 1,
): string {
  return `order-${payment.orderId}/share-${payment.shareId}/${operation}-${attempt}${repeat > 1 ? `/${repeat}` : ''}`;
}

/** Writes calls that are about to be made, by their keys; those that are there stay as they are. */
async function insertCalls(
  em: OrdersManager,
  payment: PaymentRow,
  calls: readonly { key: string; operation: StripeOperation }[],
): Promise<void> {
  if (calls.length === 0) return;
  await em.execute(
    `insert into stripe_calls (idempotency_key, order_id, payment_id, operation, status)
     values ${calls.map(() => `(?, ?, ?, ?, 'started')`).join(', ')} on conflict do nothing`,
    calls.flatMap(({ key, operation }) => [key, payment.orderId, payment.id, operation]),
    'run',
  );
}

/**
 * The idempotency key to call Stripe with for this operation and attempt. A call whose outcome is still open is
 * repeated with its own key, and Stripe answers as it did, or would have; after an answer of 5xx, which Stripe keeps
 * under its key, the next key is written: `failedBefore`, then what the call may have done must be read back first.
 * One of `openKeys` needs no looking up.
 */
export async function startStripeCall(
  orders: Database,
  payment: PaymentRow,
  operation: StripeOperation,
  attempt: number | string,
  openKeys?: OpenKeys,
): Promise<{ key: string; failedBefore: boolean }> {
  const openKey = openKeys?.get(operation);
  if (openKey) return { key: openKey, failedBefore: false };
  const em = orders.em.fork();
  for (let repeat = 1; ; repeat += 1) {
    const key = callKey(payment, operation, attempt, repeat);
    const call = await selectRow(em, StripeCallEntity, 'idempotency_key = ?', [key]);
    if (!call) await insertCalls(em, payment, [{ key, operation }]);
    if (call?.status !== 'unknown') return { key, failedBefore: repeat > 1 };
  }
}

/** The key of a payment's create whose answer was never heard, or undefined when there is none. */
export async function findOpenCreate(orders: Database, paymentId: string): Promise<string | undefined> {
  const call = await selectRow(
    orders.em.fork(),
    StripeCallEntity,
    `payment_id = ? and operation = 'create' and status = 'started'`,
    [paymentId],
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
  await em.execute(
    `update stripe_calls set status = ?, updated_at = now() where idempotency_key = any(?)`,
    [status, sqlList(keys)],
    'run',
  );
}

/** What Stripe said of a payment after confirm, or when read back. */
export interface PaymentOutcome {
  readonly status: 'authorized' | 'requires_action' | 'declined';
  readonly stripePaymentIntentId: string | null;
  readonly clientSecret: string | null;
  readonly declineCode: string | null;
  /** The card that paid; null unless it is authorized. */
  readonly card: Card | null;
}

/**
 * Books the outcome of a try to pay, on payment, share and pay request, with its event. Safe to repeat; an
 * outcome that is behind what is known already changes nothing.
 */
export async function recordPaymentOutcome(
  orders: Database,
  attempt: PaymentAttempt,
  payment: PaymentRow,
  outcome: PaymentOutcome,
): Promise<void> {
  const { orderId, shareId, payRequestId } = attempt;
  const isDeclined = outcome.status === 'declined';
  // Canceled at Stripe, it can never be paid any more: the next try is another payment.
  const isGone = isDeclined && outcome.declineCode === 'payment_intent_canceled';
  const { stripePaymentIntentId, clientSecret, declineCode, card } = outcome;
  // The payment keeps the bank's own reason; what people are told may be less.
  const toldCode = declineCode && tellableCode(declineCode);
  await changeOrderAtOnce(orders, {
    orderId,
    from: 'awaiting_payment',
    given: {
      sql: 'not exists (select from order_events where order_id = o.id and dedupe_key = ?)',
      values: [`pay:${payRequestId}:${outcome.status}`],
    },
    parts: [
      {
        sql: `payment as (
          update payments set status = ?, stripe_payment_intent_id = ?, client_secret = ?, decline_code = ?,
            card_brand = ?, card_last4 = ?, updated_at = now()
          from before
          where payments.id = ? and payments.status in ('processing', 'requires_action') returning payments.id)`,
        values: [
          isGone ? 'canceled' : outcome.status,
          stripePaymentIntentId,
          clientSecret,
          declineCode,
          card?.brand ?? null,
          card?.last4 ?? null,
          payment.id,
        ],
      },
      {
        sql: `pay_request as (
          update pay_requests set status = ?, decline_code = ? from payment where pay_requests.id = ?)`,
        values: [outcome.status, toldCode, payRequestId],
      },
      {
        sql: `share as (
          update shares set status = ?, decline_code = ?, tip_amount = case when ?::boolean then 0 else tip_amount end
          from payment where shares.id = ?)`,
        values: [isDeclined ? 'due' : outcome.status, toldCode, isDeclined, shareId],
      },
      {
        sql: `stripe_call as (
          update stripe_calls set status = case when operation = 'confirm' and ?::boolean then 'failed' else 'succeeded' end,
            updated_at = now()
          from payment where payment_id = payment.id and status = 'started' and operation in ('create', 'confirm'))`,
        values: [isDeclined],
      },
      ...(outcome.status === 'authorized' ? [bookAuthorization(payment)] : []),
    ],
    demands: ['payment'],
    status: 'awaiting_payment',
    events: [
      { ...outcomeEvent(shareId, payment, outcome), dedupeKey: `pay:${payRequestId}:${outcome.status}` },
    ],
  });
}

function outcomeEvent(shareId: string, payment: PaymentRow, outcome: PaymentOutcome): EventDraft {
  const data = { shareId, paymentId: payment.id, amount: payment.amount };
  switch (outcome.status) {
    case 'authorized':
      return { type: 'payment_authorized', data };
    case 'requires_action':
      return { type: 'payment_requires_action', data };
    case 'declined':
      return {
        type: 'payment_declined',
        data: { ...data, declineCode: tellableCode(outcome.declineCode ?? 'generic_decline') },
      };
  }
}

/** The card payments of an order, or of one share of it, that may still come in at Stripe, or have. */
export async function listUnvoidedCards(
  orders: Database,
  { orderId, shareId }: { orderId: string; shareId?: string | undefined },
): Promise<PaymentRow[]> {
  return selectRows(
    orders.em.fork(),
    PaymentEntity,
    `order_id = ? and share_id = coalesce(?::uuid, share_id) and method = 'card' and status <> 'canceled' order by id`,
    [orderId, shareId ?? null],
  );
}

/** The payments of an order in one of these states. */
export async function listPayments(
  orders: Database,
  orderId: string,
  states: readonly PaymentRow['status'][],
): Promise<PaymentRow[]> {
  return selectRows(orders.em.fork(), PaymentEntity, 'order_id = ? and status = any(?) order by id', [
    orderId,
    sqlList(states),
  ]);
}

/** A payment, or undefined. */
export async function readPayment(orders: Database, id: string): Promise<PaymentRow | undefined> {
  return selectRow(orders.em.fork(), PaymentEntity, 'id = ?', [id]);
}

/**
 * Books a payment as canceled at Stripe, its memo in the ledger with it, or, when Stripe had taken the money already,
 * as captured: that is booked in the ledger with the order's end. Safe to repeat.
 */
export async function recordVoided(
  orders: Database,
  payment: PaymentRow,
  outcome: { stripePaymentIntentId: string | null; capturedAmount: number; card?: Card | null },
): Promise<void> {
  const booking = bookVoid(payment);
  await orders.em.fork().execute(
    `with payment as (
       update payments set status = ?, captured_amount = ?, stripe_payment_intent_id = ?,
         card_brand = coalesce(?, card_brand), card_last4 = coalesce(?, card_last4), updated_at = now()
       where id = ? and status not in ('captured', 'canceled') returning id, status),
     voided as (select id from payment where status = 'canceled'),
     ${booking.sql}
     select id from payment`,
    [
      outcome.capturedAmount > 0 ? 'captured' : 'canceled',
      outcome.capturedAmount,
      outcome.stripePaymentIntentId,
      outcome.card?.brand ?? null,
      outcome.card?.last4 ?? null,
      payment.id,
      ...booking.values,
    ],
  );
}

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
