import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { placeOrder, type PlacedOrder } from '../harness/buyer.ts';
import { startSystem, type System } from '../harness/system.ts';
import { addProduct } from '../setup/menu.ts';
import { startOperator, type Operator } from './find-and-mend.ts';

let system: System;
let operator: Operator;
let variantId: string;
beforeAll(async () => {
  system = await startSystem({ environment: { RECONCILE_SETTLED_SECONDS: '0' } });
  operator = await startOperator(system);
  const product = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 500, available: 1000 }],
  });
  variantId = product.variants[0]!.id;
});
afterEach(() => system.stripe.faults.clear());
afterAll(() => system?.stop());

const orders = (sql: string, ...values: unknown[]) =>
  system.databases.orders.em.fork().execute<Record<string, unknown>[]>(sql, values);

async function confirmed(): Promise<PlacedOrder> {
  const order = await placeOrder(system, { variantId, pay: 'pm_card_visa' });
  await order.untilStatus('confirmed');
  return order;
}

async function canceled(): Promise<PlacedOrder> {
  const order = await placeOrder(system, { variantId });
  await order.cancel();
  await order.untilClosed();
  return order;
}

/** A PaymentIntent that names the order, and that no payment of ours names. */
async function strayIntent(orderId: string, authorized: boolean) {
  return system.stripeApi.paymentIntents.create({
    amount: 500,
    currency: 'eur',
    capture_method: 'manual',
    metadata: { order_id: orderId, share_id: randomUUID(), payment_id: randomUUID(), bill_version: '1' },
    ...(authorized && {
      confirm: true,
      payment_method: 'pm_card_visa',
      allowed_payment_method_types: ['card'],
    }),
  });
}

test('all is well: nothing is found, and the run says what it compared', async () => {
  await confirmed();
  expect(await operator.compare()).toEqual([]);
  const { body } = await operator.admin.get('/api/reconciliation');
  expect(body.runs[0]).toMatchObject({ status: 'completed', startedBy: 'A admin', found: 0 });
  expect(body.runs[0].comparedIntents).toBeGreaterThan(0);
  expect(body.runs[0].comparedPayments).toBeGreaterThan(0);
});

test('what was paid in cash, before a card or after one, is no order without money', async () => {
  const order = await placeOrder(system, { variantId });
  await order.pay('pm_card_chargeDeclined');
  await order.payInCash();
  const returned = await placeOrder(system, { variantId });
  await returned.payInCash();
  await returned.cancel();
  await returned.untilClosed();
  const ofCash = (await operator.compare()).filter(({ orderId }) =>
    [order.id, returned.id].includes(orderId ?? ''),
  );
  expect(ofCash).toEqual([]);
});

test('money that was kept of a canceled order is given back', async () => {
  const order = await confirmed();
  system.stripe.faults.add({
    kind: 'answer',
    method: 'POST',
    path: '/v1/refunds',
    status: 400,
    error: { type: 'invalid_request_error', code: 'charge_disputed', message: 'No.' },
  });
  await order.cancel();
  expect(await order.untilClosed()).toMatchObject({ needsAttention: 'refund_failed' });
  const found = await operator.findAndMend('money_without_order', ({ orderId }) => orderId === order.id);
  expect(found).toMatchObject({ action: 'refund', amount: 500, details: { orderStatus: 'canceled' } });
  expect(await order.atStripe()).toMatchObject({ captured: 500, refunded: 500 });
  expect((await order.read()).refundedAmount).toBe(500);
});

test('an authorization that stands for an order that has ended is voided', async () => {
  const order = await canceled();
  const { id } = await strayIntent(order.id, true);
  await operator.findAndMend('open_authorization', ({ intentId }) => intentId === id);
  expect((await system.stripeApi.paymentIntents.retrieve(id)).status).toBe('canceled');
});

test('a PaymentIntent that no payment names is canceled', async () => {
  const order = await canceled();
  const { id } = await strayIntent(order.id, false);
  await operator.findAndMend('orphaned_intent', ({ intentId }) => intentId === id);
  expect((await system.stripeApi.paymentIntents.retrieve(id)).status).toBe('canceled');
});

test('a refund of which we were never told is booked', async () => {
  const order = await confirmed();
  system.stripe.faults.add({ kind: 'webhook_drop', count: null });
  system.stripe.faults.add({ kind: 'down', method: 'GET', path: '/v1/events' });
  const { intents } = await order.atStripe();
  await system.stripeApi.refunds.create({ payment_intent: intents[0]!.id, amount: 200 });
  const found = await operator.findAndMend('amount_differs', ({ orderId }) => orderId === order.id);
  expect(found.details).toMatchObject({ ourRefundedAmount: 0, stripeRefundedAmount: 200 });
  expect((await order.read()).refundedAmount).toBe(200);
});

test('a call whose outcome nobody heard is read back', async () => {
  const order = await placeOrder(system, { variantId, pay: 'pm_card_chargeDeclined' });
  await order.until('declined', ({ shares }) => shares[0]?.declineCode === 'generic_decline');
  const key = `order-${order.id}/cancel-planted`;
  await orders(
    `insert into stripe_calls (idempotency_key, order_id, payment_id, operation, status)
     select ?, order_id, id, 'cancel', 'unknown' from payments where order_id = ?`,
    key,
    order.id,
  );
  const found = await operator.findAndMend('unknown_outcome', ({ orderId }) => orderId === order.id);
  expect(found.details).toMatchObject({ operation: 'cancel' });
  const [call] = await orders(`select status from stripe_calls where idempotency_key = ?`, key);
  expect(call).toEqual({ status: 'failed' });
});
