import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { placeOrder, type PlacedOrder } from '../test/harness/buyer.ts';
import { startSystem, type System } from '../test/harness/system.ts';
import { until } from '../test/harness/until.ts';
import { addProduct } from '../test/setup/menu.ts';

let system: System;
let variantId: string;
/** An order whose confirmation Stripe never answered; started before all tests, since it takes a while. */
let silent: PlacedOrder;
beforeAll(async () => {
  system = await startSystem();
  const product = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 1000 }],
  });
  variantId = product.variants[0]!.id;

  const silence = system.stripe.faults.add({ kind: 'timeout', method: 'POST', path: CONFIRM });
  silent = await placeOrder(system, { variantId, pay: 'pm_card_visa', tipAmount: 50 });
  await until('Stripe is silent', () => silence.hits > 0);
});
afterEach(() => system.stripe.faults.clear());
afterAll(() => system?.stop());

const CREATE = '/v1/payment_intents';
const CONFIRM = '/v1/payment_intents/*/confirm';
const CAPTURE = '/v1/payment_intents/*/capture';
const CANCEL = '/v1/payment_intents/*/cancel';

/** Strikes once, at a call that changes something; answers whether it has. */
function strike(kind: Strike, path: string): () => boolean {
  // A silent connection is closed quickly here; the SDK's own timeout has a test of its own.
  const fault = system.stripe.faults.add({
    kind,
    method: 'POST',
    path,
    ...(kind === 'timeout' && { ms: 300 }),
  });
  return () => fault.hits === 1;
}
type Strike = 'error_before' | 'error_after' | 'reset_before' | 'reset' | 'timeout' | 'rate_limit';
const STRIKES: readonly Strike[] = [
  'error_before',
  'error_after',
  'reset_before',
  'reset',
  'timeout',
  'rate_limit',
];

async function expectOneCharge(order: PlacedOrder) {
  await order.untilStatus('confirmed');
  const { intents, captured, refunded } = await order.atStripe();
  expect(intents.filter(({ amount_received }) => amount_received > 0)).toHaveLength(1);
  expect([captured, refunded]).toEqual([400, 0]);
}

test.each([
  ['creating', CREATE],
  ['confirming', CONFIRM],
  ['capturing', CAPTURE],
])('whatever strikes while %s, there is exactly one charge', async (_what, path) => {
  const orders: PlacedOrder[] = [];
  for (const kind of STRIKES) {
    const hasStruck = strike(kind, path);
    orders.push(await placeOrder(system, { variantId, pay: 'pm_card_visa', tipAmount: 50 }));
    await until(`${kind} strikes`, hasStruck);
  }
  for (const order of orders) await expectOneCharge(order);
});

test('whatever strikes while canceling, no authorization stays open', async () => {
  const orders: PlacedOrder[] = [];
  for (const kind of STRIKES) {
    const order = await placeOrder(system, { variantId, pay: 'pm_card_authenticationRequired' });
    await order.until('sent to the bank', ({ shares }) => shares[0]?.status === 'requires_action');
    const hasStruck = strike(kind, CANCEL);
    const canceling = order.cancel();
    await until(`${kind} strikes`, hasStruck);
    await canceling;
    orders.push(order);
  }
  for (const order of orders) {
    expect(await order.untilClosed()).toMatchObject({ status: 'canceled', needsAttention: null });
    expect((await order.atStripe()).intents.map(({ status }) => status)).toEqual(['canceled']);
  }
});

test('a decline whose answer gets lost is still a decline, and the next card pays', async () => {
  strike('reset', CONFIRM);
  const order = await placeOrder(system, { variantId, pay: 'pm_card_chargeDeclined' });
  await order.until('declined', ({ shares }) => shares[0]?.declineCode === 'generic_decline');
  strike('error_after', CONFIRM);
  expect((await order.pay('pm_card_visa', 50)).status).toBe(200);
  await expectOneCharge(order);
});

test('orders placed while Stripe is down are confirmed once it is back, none twice', async () => {
  const down = system.stripe.faults.add({ kind: 'down' });
  const orders = await Promise.all(
    Array.from({ length: 4 }, () => placeOrder(system, { variantId, pay: 'pm_card_visa', tipAmount: 50 })),
  );
  for (const order of orders) expect((await order.read()).status).toBe('awaiting_payment');
  await until('every order was tried', () => down.hits >= 8);
  system.stripe.faults.clear();
  for (const order of orders) await expectOneCharge(order);
});

test('an order whose deadline passes while Stripe is down expires once it is back, and nothing is taken', async () => {
  const down = system.stripe.faults.add({ kind: 'down' });
  const order = await placeOrder(system, { variantId, pay: 'pm_card_visa', holdMs: 1_500 });
  await until('the deadline has passed', async () => new Date((await order.read()).deadline!) < new Date());
  await until('it is still tried', () => down.hits >= 2);
  system.stripe.faults.clear();
  expect(await order.untilClosed()).toMatchObject({ status: 'expired' });
  expect(await order.atStripe()).toMatchObject({ captured: 0 });
});

test('a card form’s payment that Stripe cannot be asked about expires at its deadline, too', async () => {
  const order = await placeOrder(system, { variantId, pay: 'pm_card_authenticationRequired', holdMs: 3_000 });
  await order.until('sent to the bank', ({ shares }) => shares[0]?.status === 'requires_action');
  const down = system.stripe.faults.add({ kind: 'down', method: 'GET' });
  await order.pay();
  await until('it is read back', () => down.hits > 0);
  expect(await order.untilClosed()).toMatchObject({ status: 'expired' });
});

describe('a capture that fails for good', () => {
  test('cancels the order, gives the stock back, takes nothing, and asks for a person', async () => {
    const order = await placeOrder(system, { variantId });
    system.stripe.faults.add({
      kind: 'answer',
      method: 'POST',
      path: CAPTURE,
      status: 402,
      error: {
        type: 'card_error',
        code: 'card_declined',
        decline_code: 'expired_card',
        message: 'Your card was declined.',
      },
    });
    await order.pay('pm_card_visa');
    expect(await order.workflow.result()).toEqual({ status: 'canceled', reason: 'capture_failed' });
    expect(await order.read()).toMatchObject({
      status: 'canceled',
      reason: 'capture_failed',
      needsAttention: 'capture_failed',
    });
    const { intents, captured } = await order.atStripe();
    expect([intents.map(({ status }) => status), captured]).toEqual([['canceled'], 0]);
    expect(await order.types()).toEqual([
      'placed',
      'held',
      'payment_started',
      'payment_authorized',
      'capture_started',
      'payment_voided',
      'canceled',
      'attention_raised',
    ]);
  });

  test('because the authorization had expired, does too', async () => {
    const order = await placeOrder(system, { variantId, pay: 'pm_card_visa' });
    const slow = system.stripe.faults.add({
      kind: 'reset_before',
      method: 'POST',
      path: CAPTURE,
      count: null,
    });
    await until('it is captured', () => slow.hits > 0);
    const [intent] = (await order.atStripe()).intents;
    await fetch(`${system.stripe.url}/_/payment_intents/${intent!.id}/expire`, { method: 'POST' });
    system.stripe.faults.clear();
    expect(await order.workflow.result()).toEqual({ status: 'canceled', reason: 'capture_failed' });
  });
});

test('a call that stays silent past the SDK’s own time-out is asked about again', async () => {
  await expectOneCharge(silent);
});

describe('an order that is paid at once', () => {
  const activities = async (order: PlacedOrder) => {
    const { events } = await order.workflow.fetchHistory();
    return (events ?? []).flatMap(
      ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name ?? [],
    );
  };
  const paid = async () => {
    const order = await placeOrder(system, { variantId, pay: 'pm_card_visa', tipAmount: 50 });
    await expectOneCharge(order);
    return order;
  };
  // On a busy machine the worker may briefly classify Stripe as slow.
  const isQuick = async () => (await activities(await paid())).length === 0;

  test('needs no activity while Stripe is quick, and is an activity that operators see while it is not', async () => {
    await silent.untilStatus('confirmed');
    await until('Stripe is quick', isQuick);
    system.stripe.faults.add({ kind: 'latency', method: 'POST', path: CONFIRM, ms: 2_500, count: 1 });
    await paid();
    expect(await activities(await paid())).toEqual(['authorizePayment']);
    await until('Stripe is quick again', isQuick);
  });

  test('is answered once its stock is held, whatever Stripe does', async () => {
    const slow = system.stripe.faults.add({
      kind: 'latency',
      method: 'POST',
      path: CONFIRM,
      ms: 3_000,
      count: 1,
    });
    const order = await placeOrder(system, { variantId, pay: 'pm_card_visa', tipAmount: 50 });
    expect(await order.read()).toMatchObject({
      status: 'awaiting_payment',
      shares: [{ status: 'processing' }],
    });
    await expectOneCharge(order);
    expect(slow.hits).toBe(1);
  });
});
