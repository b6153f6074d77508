import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { listPayments } from '../db/orders/payments/payments.ts';
import { placeOrder, type PlacedOrder } from './harness/buyer.ts';
import { startSystem, type System } from './harness/system.ts';
import { until } from './harness/until.ts';
import { addProduct } from './setup/menu.ts';

let system: System;
let variantId: string;
beforeAll(async () => {
  system = await startSystem({ worker: false });
  const product = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 1000 }],
  });
  variantId = product.variants[0]!.id;
});
afterEach(() => system.stripe.faults.clear());
afterAll(() => system?.stop());

const paid = () => placeOrder(system, { variantId, pay: 'pm_card_visa', tipAmount: 50 });

/** An order whose payer is authenticating at her bank, and its PaymentIntent. */
async function sentToBank(): Promise<PlacedOrder & { intentId: string }> {
  const order = await placeOrder(system, { variantId, pay: 'pm_card_authenticationRequired', tipAmount: 50 });
  await order.until('sent to the bank', ({ shares }) => shares[0]?.status === 'requires_action');
  return Object.assign(order, { intentId: (await order.atStripe()).intents[0]!.id });
}

const passBank = ({ intentId }: { intentId: string }) =>
  fetch(`${system.stripe.url}/_/payment_intents/${intentId}/authenticate`, { method: 'POST' });

/** The order's status at Stripe and in our database. */
async function standing(order: PlacedOrder) {
  const [intent] = (await order.atStripe()).intents;
  const { status } = await order.read();
  const known = (
    await listPayments(system.databases.orders, order.id, ['processing', 'authorized', 'captured'])
  )[0];
  return `${status}: ${intent?.status ?? 'nothing'} at Stripe, ${known?.status ?? 'nothing'} with us`;
}

async function expectOneCharge(order: PlacedOrder) {
  await order.untilStatus('confirmed', 90_000);
  const { intents, captured } = await order.atStripe();
  expect(intents.filter(({ amount_received }) => amount_received > 0)).toHaveLength(1);
  expect(captured).toBe(400);
}

/**
 * Three orders are stopped at three points, then the worker is killed. Temporal retries the dead worker's tasks
 * after half a minute, so all three share one kill and one restart.
 */
test('a worker that is killed in the middle of payments charges each once, and confirms its order', async () => {
  const worker = await system.startWorkerProcess();
  const { faults } = system.stripe;
  const capture = ({ intentId }: { intentId: string }) => `/v1/payment_intents/${intentId}/capture`;

  // Between authorization and capture: no capture of this one gets through.
  const authorized = await sentToBank();
  const refused = faults.add({
    kind: 'reset_before',
    method: 'POST',
    path: capture(authorized),
    count: null,
  });
  await passBank(authorized);
  await until('its capture was tried', () => refused.hits > 0);

  // Stripe has authorized, but its response is lost.
  const taken = await sentToBank();
  const confirming = faults.add({ kind: 'timeout', method: 'POST', path: '/v1/payment_intents/*/confirm' });
  const unheard = await paid();
  await until('Stripe has authorized', () => confirming.hits > 0);

  // Stripe has captured, but its response is lost.
  const capturing = faults.add({ kind: 'timeout', method: 'POST', path: capture(taken) });
  await passBank(taken);
  await until('Stripe has taken the money', () => capturing.hits > 0);

  await worker.kill();
  expect(await Promise.all([authorized, unheard, taken].map(standing))).toEqual([
    'capturing: requires_capture at Stripe, authorized with us',
    'awaiting_payment: requires_capture at Stripe, processing with us',
    'capturing: succeeded at Stripe, authorized with us',
  ]);

  system.stripe.faults.clear();
  const next = await system.startWorkerProcess();
  await Promise.all([authorized, unheard, taken].map(expectOneCharge));
  await next.stop();
});

test('orders in every state go on where they were when everything is started again', async () => {
  const before = await system.startWorkerProcess();
  const [waiting, atBank, confirmed, preparing] = await Promise.all([
    placeOrder(system, { variantId }),
    sentToBank(),
    paid(),
    paid(),
  ]);
  await Promise.all([confirmed.untilStatus('confirmed'), preparing.untilStatus('confirmed')]);
  await preparing.advance('preparing');
  // Wait until idle: a mail in flight when its worker dies is sent again a minute later.
  await system.assertInvariants();
  await before.kill();

  // The payer is faster than the restart: she authenticates and a webhook arrives while no worker runs.
  await passBank(atBank);
  const after = await system.startWorkerProcess();

  await atBank.untilStatus('confirmed', 60_000);
  expect((await waiting.pay('pm_card_visa', 50)).status).toBe(200);
  await expectOneCharge(waiting);
  await confirmed.serve();
  expect((await preparing.cancel(system.agent)).body.order.status).toBe('canceled');
  await preparing.workflow.result();
  expect(await preparing.atStripe()).toMatchObject({ captured: 400, refunded: 400 });
  // The invariants are checked with a worker running.
  expect(await system.assertInvariants()).toBeUndefined();
  await after.stop();
});
