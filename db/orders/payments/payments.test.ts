import { sql } from 'kysely';
import { query } from '../../sql.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordAuthorizedOrder, recordHeldOrder } from '../../../test/harness/records.ts';
import { createTestDatabases } from '../../../test/setup/databases.ts';
import { openDatabases, type Databases } from '../../databases.ts';
import { recordConfirmed } from '../orders/finish-order.ts';
import { insertAttempt } from './attempts.ts';
import { beginPayment } from './begin-payment.ts';
import {
  listPayments,
  readPayment,
  recordPaymentOutcome,
  recordVoided,
  type PaymentOutcome,
} from './payments.ts';
import { recordCaptureStarted } from './start-capture.ts';
import { startStripeCall, settleStripeCall } from './stripe-calls.ts';
import { readEvents, readOrder } from '../orders/read-order.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await openDatabases((await createTestDatabases()).urls);
});
afterAll(() => databases.close());

test('capturing starts once, with all of the bill authorized', async () => {
  const { id } = await recordAuthorizedOrder(databases.orders, { tipAmount: 70 });
  await Promise.all(Array.from({ length: 4 }, () => recordCaptureStarted(databases.orders, id)));
  const events = await readEvents(databases.orders, id, 0);
  expect(events.filter(({ type }) => type === 'capture_started')).toMatchObject([{ status: 'capturing' }]);
});

test('nothing is captured, and nothing confirmed, of an order whose bill is not authorized', async () => {
  const { id } = await recordHeldOrder(databases.orders);
  await expect(recordCaptureStarted(databases.orders, id)).rejects.toThrow(
    /not all of order .* is authorized/,
  );
  await expect(recordConfirmed(databases.orders, id, [], [])).rejects.toThrow(/not being captured/);
  expect((await readOrder(databases.orders, id))!.order.status).toBe('awaiting_payment');
});

test('a call whose answer was never heard keeps its key; after an answer of 5xx there is a new one', async () => {
  const { id } = await recordAuthorizedOrder(databases.orders);
  const [payment] = await listPayments(databases.orders, id, ['authorized']);
  const start = () => startStripeCall(databases.orders, payment!, 'capture', payment!.id);
  const first = await start();
  expect(first.failedBefore).toBe(false);
  expect(await start()).toEqual(first);
  await settleStripeCall(databases.orders, first.key, 'unknown');
  const second = await start();
  expect(second).toEqual({ key: `${first.key}/2`, failedBefore: true });
  expect(await start()).toEqual(second);
});

test('confirming, repeated, gives one number, one booking and one mail each', async () => {
  const order = await recordAuthorizedOrder(databases.orders, { tipAmount: 20 });
  const captured = [{ paymentId: order.paymentId, amount: order.paidAmount }];
  const { isRound } = await recordCaptureStarted(databases.orders, order.id);
  expect(isRound).toBe(false);
  const staff = [{ email: 'agent@example.test', language: 'fr' }] as const;
  const confirm = () => recordConfirmed(databases.orders, order.id, captured, staff, { isRound });
  await Promise.all([confirm(), confirm(), confirm()]);
  const em = databases.orders.em.fork();
  const mails = await query(
    em,
    sql`select type, recipient from mails where order_id = ${order.id} order by type`,
  );
  expect(mails).toEqual([
    { type: 'agent_new_order', recipient: 'agent@example.test' },
    { type: 'receipt', recipient: 'ada@example.test' },
  ]);
  const bookings = await query(
    em,
    sql`select kind from ledger_transactions where order_id = ${order.id} order by kind`,
  );
  expect(bookings).toEqual([{ kind: 'authorization' }, { kind: 'capture' }]);
});

/** An order whose payer has begun P1 with an attempt, and then P2, with a tip, with another. */
async function beginTwice() {
  const { id: orderId, shareId } = await recordHeldOrder(databases.orders);
  const begin = async (tipAmount: number) => {
    const ref = { orderId, shareId, attemptId: randomUUID() };
    await insertAttempt(databases.orders, {
      ...{ id: ref.attemptId, orderId, shareId, requestHash: 'hash', paymentMethodId: 'pm_card_visa' },
      tipAmount,
    });
    const begun = await beginPayment(databases.orders, ref);
    if ('refused' in begun) throw new Error(`order ${orderId} is ${begun.refused.status}`);
    return { ref, payment: begun.payment, superseded: begun.superseded };
  };
  const first = await begin(0);
  const book = (of: typeof first, status: PaymentOutcome['status']) =>
    recordPaymentOutcome(databases.orders, of.ref, of.payment, {
      ...{ status, stripePaymentIntentId: `pi_${of.payment.id}`, clientSecret: null, card: null },
      declineCode: status === 'declined' ? 'card_declined' : null,
    });
  await book(first, 'requires_action');
  const second = await begin(50);
  const stands = async () => {
    const { order } = (await readOrder(databases.orders, orderId))!;
    const em = databases.orders.em.fork();
    const payments = await query<{ id: string; status: string }>(
      em,
      sql`select id, status from payments where order_id = ${orderId}`,
    );
    const stateOf = (of: typeof first) => payments.find(({ id }) => id === of.payment.id)!.status;
    return [order.shares[0]!.status, stateOf(first), stateOf(second)];
  };
  return { orderId, first, second, book, stands };
}

test.each(['authorized', 'requires_action', 'declined'] as const)(
  'an old run that learns "%s" of an attempt changes nothing once its payer has begun another',
  async (late) => {
    const { orderId, first, second, book, stands } = await beginTwice();
    await book(first, late);
    expect(await stands()).toEqual(['processing', 'requires_action', 'processing']);
    expect(await beginPayment(databases.orders, first.ref)).toHaveProperty('refused');
    expect(second.superseded.map(({ id }) => id)).toEqual([first.payment.id]);
    await recordVoided(databases.orders, first.payment, { stripePaymentIntentId: null, capturedAmount: 0 });
    await book(second, 'requires_action');
    expect(await stands()).toEqual(['requires_action', 'canceled', 'requires_action']);
    await book(second, 'authorized');
    expect(await stands()).toEqual(['authorized', 'canceled', 'authorized']);
    const { payments } = await recordCaptureStarted(databases.orders, orderId);
    expect(payments.map(({ payment }) => payment.id)).toEqual([second.payment.id]);
  },
);

test('a share is due again when the payment that authorized it is voided, and its watchers are told', async () => {
  const { id, shareId, paymentId } = await recordAuthorizedOrder(databases.orders);
  const payment = (await readPayment(databases.orders, paymentId))!;
  const none = { stripePaymentIntentId: null, capturedAmount: 0 };
  for (let run = 1; run <= 2; run += 1) await recordVoided(databases.orders, payment, none);
  expect((await readOrder(databases.orders, id))!.order).toMatchObject({
    paymentStatus: 'unpaid',
    shares: [{ id: shareId, status: 'due' }],
  });
  const events = await readEvents(databases.orders, id, 0);
  expect(events.filter(({ type }) => type === 'payment_voided')).toHaveLength(1);
});
