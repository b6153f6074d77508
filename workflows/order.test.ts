import { sql } from 'kysely';
import { query } from '../db/sql.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { order as sendOrder, placeOrder, type PlacedOrder } from '../test/harness/buyer.ts';
import { startSystem, type System } from '../test/harness/system.ts';
import { addProduct } from '../test/setup/menu.ts';

let system: System;
let variantId: string;
beforeAll(async () => {
  system = await startSystem();
  variantId = await sell({ available: 1000 });
});
afterAll(() => system?.stop());

async function sell(variant: { available: number; unitAmount?: number }): Promise<string> {
  const product = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, ...variant }],
  });
  return product.variants[0]!.id;
}

async function available(id: string): Promise<number> {
  const [row] = await query<{ available: number }>(
    system.databases.catalog.em.fork(),
    sql`select available from variants where id = ${id}`,
  );
  return row!.available;
}

const PAID = ['placed', 'held', 'payment_started', 'payment_authorized', 'capture_started', 'confirmed'];

async function confirmed(wish: { variantId: string; quantity?: number }): Promise<PlacedOrder> {
  const order = await placeOrder(system, { pay: 'pm_card_visa', ...wish });
  await order.untilStatus('confirmed');
  return order;
}

describe.concurrent('an order', () => {
  test('paid at once is confirmed, with its tip, and followed to completed', async () => {
    const order = await placeOrder(system, { variantId, quantity: 2, pay: 'pm_card_visa', tipAmount: 50 });
    expect(await order.untilStatus('confirmed')).toMatchObject({
      paymentStatus: 'paid',
      totalAmount: 700,
      tipsAmount: 50,
      deadline: null,
    });
    expect(await order.types()).toEqual(PAID);
    expect(await order.atStripe()).toMatchObject({ captured: 750, refunded: 0 });
    const steps = await order.serve();
    expect(steps.at(-1)).toBe('completed');
    expect(await order.workflow.result()).toEqual({ status: 'completed' });
    expect((await order.types()).slice(PAID.length)).toEqual(steps);
  });

  test('that costs nothing is confirmed without Stripe', async () => {
    const order = await placeOrder(system, { variantId: await sell({ available: 5, unitAmount: 0 }) });
    expect(await order.untilStatus('confirmed')).toMatchObject({ totalAmount: 0 });
    expect((await order.atStripe()).intents).toEqual([]);
  });

  test('whose card is declined waits, and is confirmed with another card, on the same payment', async () => {
    const order = await placeOrder(system, { variantId, pay: 'pm_card_chargeDeclined' });
    await order.until('declined', ({ shares }) => shares[0]?.declineCode === 'generic_decline');
    expect(await order.read()).toMatchObject({ status: 'awaiting_payment', paymentStatus: 'unpaid' });
    const reply = await order.pay('pm_card_mastercard');
    expect(reply.body.payment.status).toMatch(/authorized|captured/);
    await order.untilStatus('confirmed');
    const { intents, captured } = await order.atStripe();
    expect([intents.length, captured]).toEqual([1, 350]);
  });

  test('says why a card was declined, every time', async () => {
    const order = await placeOrder(system, { variantId });
    const poor = await order.pay('pm_card_chargeDeclinedInsufficientFunds');
    expect(poor).toMatchObject({
      status: 402,
      body: { error: { details: { declineCode: 'insufficient_funds' } } },
    });
    expect((await order.pay('pm_card_chargeDeclined')).status).toBe(402);
    expect(await order.share()).toMatchObject({
      status: 'due',
      declineCode: 'generic_decline',
      tipAmount: 0,
    });
    expect((await order.pay('pm_card_visa', 70)).status).toBe(200);
    await order.untilStatus('confirmed');
    expect(await order.atStripe()).toMatchObject({ captured: 420 });
  });

  test('can be paid with a tip that was given up before', async () => {
    const order = await placeOrder(system, { variantId, pay: 'pm_card_chargeDeclined', tipAmount: 50 });
    await order.until('declined', ({ shares }) => shares[0]?.declineCode === 'generic_decline');
    expect((await order.pay('pm_card_chargeDeclined')).status).toBe(402);
    expect((await order.pay('pm_card_visa', 50)).status).toBe(200);
    await order.untilStatus('confirmed');
    expect(await order.atStripe()).toMatchObject({ captured: 400 });
  });

  test('nobody pays for expires at its deadline, and its stock is on sale again', async () => {
    const scarce = await sell({ available: 3 });
    const order = await placeOrder(system, { variantId: scarce, quantity: 3, holdMs: 600 });
    expect(await available(scarce)).toBe(0);
    expect(await order.untilClosed()).toMatchObject({ status: 'expired', reason: 'payment_deadline' });
    expect(await available(scarce)).toBe(3);
  });

  test('whose card was declined expires all the same', async () => {
    const order = await placeOrder(system, { variantId, pay: 'pm_card_chargeDeclined', holdMs: 2_500 });
    expect(await order.untilClosed()).toMatchObject({ status: 'expired', paymentStatus: 'unpaid' });
    const { intents } = await order.atStripe();
    expect(intents.map(({ status }) => status)).toEqual(['canceled']);
  });

  test('of more than there is, is rejected, and takes nothing', async () => {
    const scarce = await sell({ available: 2 });
    const { reply } = await sendOrder(system, { variantId: scarce, quantity: 3, pay: 'pm_card_visa' });
    expect(reply).toMatchObject({
      status: 409,
      body: { error: { code: 'out_of_stock', details: [{ variantId: scarce, requested: 3, available: 2 }] } },
    });
    expect(await available(scarce)).toBe(2);
  });
});

describe.concurrent('canceled', () => {
  test('by its host before it is paid, gives the stock back and charges nothing', async () => {
    const scarce = await sell({ available: 2 });
    const order = await placeOrder(system, { variantId: scarce, quantity: 2 });
    const reply = await order.cancel(order.guest, { reason: 'changed our minds' });
    expect(reply).toMatchObject({
      status: 200,
      body: { order: { status: 'canceled', reason: 'canceled_by_host', reasonText: 'changed our minds' } },
    });
    expect(await order.workflow.result()).toEqual({ status: 'canceled', reason: 'canceled_by_host' });
    expect(await available(scarce)).toBe(2);
    expect((await order.pay('pm_card_visa')).status).toBe(409);
  });

  test('by its host after it was paid, gives money and stock back', async () => {
    const scarce = await sell({ available: 2 });
    const order = await confirmed({ variantId: scarce });
    await order.cancel();
    await order.workflow.result();
    expect(await order.read()).toMatchObject({
      status: 'canceled',
      paymentStatus: 'refunded',
      refundedAmount: 350,
    });
    expect(await order.atStripe()).toMatchObject({ captured: 350, refunded: 350 });
    expect(await available(scarce)).toBe(2);
  });

  test('by an agent after it was paid, too', async () => {
    const scarce = await sell({ available: 2 });
    const order = await confirmed({ variantId: scarce });
    await order.cancel(system.agent, { reason: 'kitchen is closed' });
    expect(await order.workflow.result()).toEqual({ status: 'canceled', reason: 'canceled_by_agent' });
    expect(await order.atStripe()).toMatchObject({ captured: 350, refunded: 350 });
    expect(await available(scarce)).toBe(2);
  });

  test.each([
    ['with restock, puts the goods on sale again', true, 2],
    ['without restock, keeps them sold', false, 1],
  ])('while it is prepared, %s', async (_what, restock, left) => {
    const scarce = await sell({ available: 2 });
    const order = await confirmed({ variantId: scarce });
    await order.advance('preparing');
    expect((await order.cancel()).status).toBe(409);
    await order.cancel(system.agent, { restock });
    await order.workflow.result();
    expect(await order.atStripe()).toMatchObject({ captured: 350, refunded: 350 });
    expect(await available(scarce)).toBe(left);
  });

  test('when it has ended, is refused', async () => {
    const order = await placeOrder(system, { variantId });
    await order.cancel();
    await order.workflow.result();
    const reply = await order.cancel();
    expect(reply).toMatchObject({ status: 409, body: { error: { code: 'illegal_transition' } } });
    expect((await order.advance('preparing')).status).toBe(409);
  });
});

test('orders of one key, sent at once, are one order with one workflow and one charge', async () => {
  const key = randomUUID();
  const body = {
    lines: [{ variantId, quantity: 1 }],
    contact: { name: 'Wilhelmina', email: `${key}@guest.test` },
    payment: { paymentMethodId: 'pm_card_visa' },
  };
  const { guest } = await sendOrder(system, { variantId });
  const replies = await Promise.all(
    Array.from({ length: 6 }, () => guest.post('/api/orders', body, { key })),
  );
  expect(new Set(replies.map((reply) => `${reply.status} ${reply.body.order?.id}`)).size).toBe(1);
});
