import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { placeOrder, type PlacedOrder } from '../test/harness/buyer.ts';
import { startSystem, type System } from '../test/harness/system.ts';
import { until } from '../test/harness/until.ts';
import { addProduct } from '../test/setup/menu.ts';
import { paymentChanged } from '../temporal/orders/messages.ts';

let system: System;
let variantId: string;
/**
 * An order whose payer passed her bank's check, and whose webhooks were lost; started before all tests, since it takes
 * a while.
 */
let unheard: PlacedOrder;
beforeAll(async () => {
  system = await startSystem();
  const product = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 1000 }],
  });
  variantId = product.variants[0]!.id;

  const drop = (type: string) =>
    system.stripe.faults.add({ kind: 'webhook_drop', types: [type], count: null });
  const lost = [
    'payment_intent.requires_action',
    'payment_intent.amount_capturable_updated',
    'charge.succeeded',
  ].map(drop);
  unheard = await sentToBank();
  await atBank(unheard, 'authenticate');
  await until('its webhooks are lost', () => lost.every(({ hits }) => hits > 0));
  system.stripe.faults.clear();
});
afterEach(() => system.stripe.faults.clear());
afterAll(() => system?.stop());

/** An order whose payer was sent to her bank. */
async function sentToBank(wish: { holdMs?: number; tipAmount?: number } = {}): Promise<PlacedOrder> {
  const order = await placeOrder(system, { variantId, pay: 'pm_card_authenticationRequired', ...wish });
  await order.until('sent to the bank', ({ shares }) => shares[0]?.status === 'requires_action');
  return order;
}

/** The payer's action at her bank, for the order's newest payment. */
async function atBank(order: PlacedOrder, decision: 'authenticate' | 'fail_authentication') {
  const { intents } = await order.atStripe();
  const waiting = intents.find(({ status }) => status === 'requires_action')!;
  const reply = await fetch(`${system.stripe.url}/_/payment_intents/${waiting.id}/${decision}`, {
    method: 'POST',
  });
  expect(reply.status).toBe(200);
}

/** Whether the order's workflow received the news, instead of finding it by itself. */
async function wasSignaled(order: PlacedOrder): Promise<boolean> {
  const { events } = await order.workflow.fetchHistory();
  return (events ?? []).some((event) => event.workflowExecutionSignaledEventAttributes);
}

test('a payment that the payer approves at her bank goes on by the webhook, and the order is confirmed', async () => {
  const order = await sentToBank();
  await atBank(order, 'authenticate');
  await order.untilStatus('confirmed');
  await until('the workflow is told', () => wasSignaled(order));
  expect(await order.types()).toEqual([
    'placed',
    'held',
    'payment_started',
    'payment_requires_action',
    'payment_authorized',
    'capture_started',
    'confirmed',
  ]);
});

test('a payment that fails at the bank makes the share due again, and another card pays it', async () => {
  const order = await sentToBank();
  await atBank(order, 'fail_authentication');
  await order.until('due again', ({ shares }) => shares[0]?.status === 'due');
  expect((await order.share()).declineCode).toBe('payment_intent_authentication_failure');
  expect((await order.pay('pm_card_visa')).status).toBe(200);
  await order.untilStatus('confirmed');
  expect(await order.atStripe()).toMatchObject({ captured: 350 });
});

test('a payer who comes back from a bank that said no hears how it ended, which is no new attempt', async () => {
  const order = await sentToBank();
  await atBank(order, 'fail_authentication');
  await order.until('due again', ({ shares }) => shares[0]?.status === 'due');
  const asked = await order.pay();
  expect([asked.status, asked.body.payment.status]).toEqual([200, 'declined']);
  expect(asked.body.share).toMatchObject({
    status: 'due',
    declineCode: 'payment_intent_authentication_failure',
  });
  expect(asked.body.payment).not.toHaveProperty('clientSecret');
  expect((await order.types()).filter((type) => type === 'payment_declined')).toHaveLength(1);
  expect((await order.pay('pm_card_visa')).status).toBe(200);
  await order.untilStatus('confirmed');
});

test('a payment that the page confirms may be tried again with the page, after a card that was declined', async () => {
  const order = await placeOrder(system, { variantId });
  const open = await order.pay();
  expect(open.body.payment).toMatchObject({ status: 'requires_action', clientSecret: expect.any(String) });
  const [intentId] = open.body.payment.clientSecret.split('_secret_');
  const confirm = (payment_method: string) =>
    system.stripeApi.paymentIntents.confirm(intentId, { payment_method });
  await expect(confirm('pm_card_chargeDeclined')).rejects.toMatchObject({ code: 'card_declined' });
  await order.until('due again', ({ shares }) => shares[0]?.status === 'due');

  const again = await order.pay();
  expect([again.status, again.body.payment]).toEqual([200, open.body.payment]);
  // Reading it back meanwhile doesn't attribute the earlier decline to this attempt.
  const looks = async () => {
    const { events } = await order.workflow.fetchHistory();
    const names = events?.map((event) => event.activityTaskScheduledEventAttributes?.activityType?.name);
    return names?.filter((name) => name === 'refreshPayment').length ?? 0;
  };
  const before = await looks();
  await order.workflow.signal(paymentChanged, { paymentId: again.body.payment.id });
  await until('it is looked at', async () => (await looks()) > before);
  await until('that is over', async () => {
    const { raw } = await order.workflow.describe();
    return (raw.pendingActivities ?? []).length === 0;
  });
  expect((await order.share()).status).toBe('requires_action');
  await confirm('pm_card_visa');
  await order.untilStatus('confirmed');
  expect((await order.types()).filter((type) => type === 'payment_declined')).toHaveLength(1);
  expect((await order.atStripe()).intents).toHaveLength(1);
});

test('a payer who is back before any webhook is heard at once', async () => {
  system.stripe.faults.add({ kind: 'webhook_drop', count: null });
  const order = await sentToBank();
  await atBank(order, 'authenticate');
  expect((await order.pay()).status).toBe(200);
  await order.untilStatus('confirmed');
  expect(await wasSignaled(order)).toBe(true);
});

test('webhooks that are forged, doubled, late and out of order change nothing but the time', async () => {
  const order = await sentToBank();
  for (const kind of ['webhook_forge', 'webhook_duplicate', 'webhook_reorder'] as const) {
    system.stripe.faults.add({ kind, count: null });
  }
  await atBank(order, 'authenticate');
  await order.untilStatus('confirmed');
  expect(await order.atStripe()).toMatchObject({ captured: 350 });
});

test('a payer who never comes back from her bank lets the order expire, and cannot pay it afterwards', async () => {
  const order = await sentToBank({ holdMs: 4_000 });
  expect(await order.untilClosed()).toMatchObject({ status: 'expired', reason: 'payment_deadline' });
  const { intents } = await order.atStripe();
  expect(intents.map(({ status }) => status)).toEqual(['canceled']);
});

test('a payer who gives up at her bank may take another card for the same payment', async () => {
  const order = await sentToBank();
  expect((await order.pay('pm_card_visa')).status).toBe(200);
  await order.untilStatus('confirmed');
  const { intents, captured } = await order.atStripe();
  expect(intents.map(({ status }) => status)).toEqual(['succeeded']);
  expect(captured).toBe(350);
});

test('with another tip it is another payment, and the first one is voided', async () => {
  const order = await sentToBank({ tipAmount: 10 });
  expect((await order.pay('pm_card_authenticationRequired', 20)).status).toBe(200);
  await order.until('sent to the bank again', ({ tipsAmount }) => tipsAmount === 20);
  expect((await order.pay('pm_card_visa', 30)).status).toBe(200);
  await order.untilStatus('confirmed');
  const { intents, captured } = await order.atStripe();
  expect(intents.map(({ amount, status }) => [amount, status])).toEqual([
    [380, 'succeeded'],
    [370, 'canceled'],
    [360, 'canceled'],
  ]);
  expect(captured).toBe(380);
});

test('canceled while three payments of it were begun, it leaves none of them open', async () => {
  const order = await sentToBank({ tipAmount: 10 });
  await order.pay('pm_card_authenticationRequired', 20);
  await order.until('sent to the bank again', ({ tipsAmount }) => tipsAmount === 20);
  await order.pay('pm_card_authenticationRequired', 30);
  await order.until('sent to the bank once more', ({ tipsAmount }) => tipsAmount === 30);
  await order.cancel();
  expect(await order.untilClosed()).toMatchObject({ status: 'canceled', needsAttention: null });
  const { intents } = await order.atStripe();
  expect(intents.map(({ status }) => status)).toEqual(['canceled', 'canceled', 'canceled']);
});

test('a payment that is approved just when another card is tried is charged once', async () => {
  const order = await sentToBank();
  // Reading back from Stripe is delayed; meanwhile another card is requested, which takes its time.
  const slow = { kind: 'latency', ms: 1_500, count: 1, when: 'after' } as const;
  const reading = system.stripe.faults.add({ ...slow, method: 'GET', path: '/v1/payment_intents/*' });
  system.stripe.faults.add({ ...slow, ms: 4_000, path: '/v1/payment_intents/*/confirm' });
  await atBank(order, 'authenticate');
  await until('the workflow reads back', () => reading.hits > 0);
  await order.pay('pm_card_visa', 50);
  const { totalAmount, tipsAmount } = await order.untilStatus('confirmed');
  const { intents, captured } = await order.atStripe();
  expect(intents.filter(({ status }) => status === 'succeeded')).toHaveLength(1);
  expect(captured).toBe(totalAmount + tipsAmount);
});

test('a webhook that never comes is healed by the workflow itself', async () => {
  await unheard.untilStatus('confirmed', 45_000);
  expect(await wasSignaled(unheard)).toBe(false);
});
