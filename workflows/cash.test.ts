import { sql } from 'kysely';
import { query } from '../db/sql.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { insertAttempt } from '../db/orders/payments/attempts.ts';
import { placeOrder, type PlacedOrder } from '../test/harness/buyer.ts';
import { startSystem, type System } from '../test/harness/system.ts';
import { until } from '../test/harness/until.ts';
import { addProduct } from '../test/setup/menu.ts';
import { recordCash } from '../temporal/orders/messages.ts';

let system: System;
let variantId: string;
beforeAll(async () => {
  system = await startSystem();
  const product = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 1000 }],
  });
  variantId = product.variants[0]!.id;
});
afterEach(() => system.stripe.faults.clear());
afterAll(() => system?.stop());

const ledgerOf = (order: PlacedOrder) =>
  query(
    system.databases.orders.em.fork(),
    sql`select t.kind, e.account, e.amount from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
     where t.order_id = ${order.id} order by t.at, e.account`,
  );
const paymentsOf = (order: PlacedOrder) =>
  query<{ method: string; status: string; amount: number }>(
    system.databases.orders.em.fork(),
    sql`select method, status, amount from payments where order_id = ${order.id} order by method, amount`,
  );

/** Sends the message to the workflow directly, without the API's own checks. */
async function cashByWorkflow(order: PlacedOrder, tipAmount = 0) {
  const { id: shareId } = await order.share();
  const attemptId = randomUUID();
  const wish = { id: attemptId, orderId: order.id, shareId, requestHash: 'hash', paymentMethodId: null };
  await insertAttempt(system.databases.orders, { ...wish, tipAmount, actorId: 'somebody' });
  return order.workflow.executeUpdate(recordCash, { args: [{ shareId, attemptId, as: 'agent' }] });
}

/** Delays an authorization by a second, so that a test can act meanwhile. */
function slowConfirm(when: 'before' | 'after' = 'before') {
  return system.stripe.faults.add({
    kind: 'latency',
    method: 'POST',
    path: '/v1/payment_intents/*/confirm',
    ms: 1_000,
    when,
    count: 1,
  });
}

test('an order paid in cash goes to the kitchen, with its tip in the till, and without Stripe', async () => {
  const order = await placeOrder(system, { variantId, quantity: 2 });
  const reply = await order.payInCash(80);
  expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  expect(reply.body.order).toMatchObject({
    status: 'confirmed',
    paymentStatus: 'paid',
    tipsAmount: 80,
    shares: [{ status: 'captured', method: 'cash' }],
  });
  expect(await order.types()).toEqual(['placed', 'held', 'cash_recorded', 'capture_started', 'confirmed']);
  const [, , recorded] = await order.events();
  expect(recorded).toMatchObject({ actor: 'agent', amount: 780, method: 'cash' });
  expect(await ledgerOf(order)).toEqual([
    { kind: 'cash', account: 'cash', amount: 780 },
    { kind: 'cash', account: 'sales', amount: -700 },
    { kind: 'cash', account: 'tips', amount: -80 },
  ]);
  expect((await order.atStripe()).intents).toEqual([]);
});

describe('a card that was tried before the cash', () => {
  test.each([
    ['was declined', 'pm_card_chargeDeclined'],
    ['waits for the payer’s bank', 'pm_card_authenticationRequired'],
  ] as const)('and %s is voided first', async (_what, card) => {
    const order = await placeOrder(system, { variantId });
    await order.pay(card);
    expect((await order.payInCash()).status).toBe(200);
    await order.untilStatus('confirmed');
    expect((await order.atStripe()).intents.map(({ status }) => status)).toEqual(['canceled']);
    expect(await paymentsOf(order)).toMatchObject([
      { method: 'card', status: 'canceled' },
      { method: 'cash', status: 'captured' },
    ]);
  });

  test('and is approved at the bank at the very moment of the voiding takes no money', async () => {
    const order = await placeOrder(system, { variantId });
    await order.pay('pm_card_authenticationRequired');
    const [intent] = (await order.atStripe()).intents;
    const approve = fetch(`${system.stripe.url}/_/payment_intents/${intent!.id}/authenticate`, {
      method: 'POST',
    });
    await Promise.all([approve, order.payInCash()]);
    await order.untilStatus('confirmed');
    const { captured } = await order.atStripe();
    const paid = (await paymentsOf(order)).filter(({ status }) => status === 'captured');
    expect(paid).toHaveLength(1);
    expect(captured).toBe(paid[0]!.method === 'card' ? 350 : 0);
  });

  test('and cannot be voided until the deadline leaves the cash unrecorded, and the order expires', async () => {
    const order = await placeOrder(system, { variantId, holdMs: 4_000 });
    await order.pay('pm_card_authenticationRequired');
    const away = system.stripe.faults.add({
      kind: 'error_before',
      method: 'POST',
      path: '/v1/payment_intents/*/cancel',
      count: null,
    });
    const refused = await order.payInCash();
    expect(refused.body.error.code).toBe('illegal_transition');
    expect(away.hits).toBeGreaterThan(0);
    system.stripe.faults.clear();
    expect(await order.untilClosed()).toMatchObject({ status: 'expired', needsAttention: null });
    expect((await paymentsOf(order)).map(({ method }) => method)).toEqual(['card']);
  });
});

describe('the customer pays by card at the same moment', () => {
  test('and her card says yes: the cash is refused, to be handed back', async () => {
    const order = await placeOrder(system, { variantId });
    const slow = slowConfirm('after');
    const paying = order.pay('pm_card_visa');
    await until('the card is being charged', () => slow.hits > 0);
    const refused = await order.payInCash();
    expect(refused).toMatchObject({
      status: 409,
      body: { error: { code: 'illegal_transition', message: expect.stringContaining('hand the cash back') } },
    });
    expect((await paying).status).toBe(200);
    await order.untilStatus('confirmed');
    expect(await paymentsOf(order)).toMatchObject([{ method: 'card', status: 'captured' }]);
  });

  test('and her card says no: the cash counts', async () => {
    const order = await placeOrder(system, { variantId });
    const slow = slowConfirm();
    const paying = order.pay('pm_card_chargeDeclined');
    await until('the card is being charged', () => slow.hits > 0);
    expect((await order.payInCash()).status).toBe(200);
    expect((await paying).status).toBe(402);
    await order.untilStatus('confirmed');
    expect((await order.read()).shares).toMatchObject([{ method: 'cash', status: 'captured' }]);
  });

  test('whoever comes first, there is one payment', async () => {
    const orders = await Promise.all(Array.from({ length: 6 }, () => placeOrder(system, { variantId })));
    await Promise.all(
      orders.map(async (order, index) => {
        const acts = [() => order.pay('pm_card_visa'), () => order.payInCash()];
        const replies = await Promise.all((index % 2 ? acts : acts.toReversed()).map((act) => act()));
        expect(replies.map(({ status }) => status).sort()).toEqual([200, 409]);
        await order.untilStatus('confirmed');
        const paid = (await paymentsOf(order)).filter(({ status }) => status === 'captured');
        expect(paid).toHaveLength(1);
      }),
    );
  });
});

test('two of the staff who record the same cash record it once', async () => {
  const order = await placeOrder(system, { variantId });
  const outcomes = await Promise.allSettled([cashByWorkflow(order), cashByWorkflow(order, 50)]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  await order.untilStatus('confirmed');
  expect(await paymentsOf(order)).toHaveLength(1);
});

describe('an order that is canceled while its cash is being recorded', () => {
  test('before it is written down refuses the cash', async () => {
    const order = await placeOrder(system, { variantId });
    await order.pay('pm_card_authenticationRequired');
    const slow = system.stripe.faults.add({
      kind: 'latency',
      method: 'POST',
      path: '/v1/payment_intents/*/cancel',
      ms: 1_500,
      count: 1,
    });
    const recording = order.payInCash();
    await until('the card is being voided', () => slow.hits > 0);
    await order.cancel();
    expect((await recording).status).toBe(409);
    expect(await order.untilClosed()).toMatchObject({ status: 'canceled', needsAttention: null });
    expect((await paymentsOf(order)).map(({ method }) => method)).toEqual(['card']);
  });

  test('at the very same moment is confirmed, or canceled and gives the cash back, or refuses it', async () => {
    const orders = await Promise.all(Array.from({ length: 6 }, () => placeOrder(system, { variantId })));
    await Promise.all(
      orders.map(async (order) => {
        await Promise.all([order.payInCash(), order.cancel()]);
        await order.until('over', ({ status }) => status === 'canceled' || status === 'confirmed');
        const { status, needsAttention } = await order.read();
        const [paid] = await paymentsOf(order);
        if (status !== 'canceled' || !paid) return;
        expect(needsAttention).toBe('cash_to_return');
        await order.until('the cash is booked out', ({ refundedAmount }) => refundedAmount === 350);
      }),
    );
  });
});

test('a canceled order that was paid in cash says how much is to be handed out, and books it', async () => {
  const order = await placeOrder(system, { variantId, quantity: 2 });
  await order.payInCash(100);
  await order.untilStatus('confirmed');
  await order.cancel();
  expect(await order.untilClosed()).toMatchObject({
    status: 'canceled',
    paymentStatus: 'refunded',
    refundedAmount: 800,
    needsAttention: 'cash_to_return',
  });
  const { searchAttributes } = await order.workflow.describe();
  expect(searchAttributes['OrderAttention']).toEqual(['cash_to_return']);
  expect((await ledgerOf(order)).slice(3)).toEqual([
    { kind: 'cash_refund', account: 'cash', amount: -800 },
    { kind: 'cash_refund', account: 'sales', amount: 700 },
    { kind: 'cash_refund', account: 'tips', amount: 100 },
  ]);
  const { items } = (await system.agent.get(`/api/orders/${order.id}/refunds`)).body;
  expect(items).toMatchObject([{ amount: 800, method: 'cash', origin: 'order', status: 'succeeded' }]);
});
