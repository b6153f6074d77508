import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeOrder } from '../../test/harness/buyer.ts';
import { startSystem, type System } from '../../test/harness/system.ts';
import { until } from '../../test/harness/until.ts';
import * as setup from '../../test/setup/menu.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.stop());

const sell = (unitAmount = 500) => setup.sell(system.databases, unitAmount);
const availableOf = (variantId: string) => setup.availableOf(system.databases, variantId);
async function paidInCash(quantity: number, tipAmount = 0) {
  const variantId = await sell();
  const order = await placeOrder(system, { variantId, quantity });
  const reply = await order.payInCash(tipAmount);
  expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  const { lines } = reply.body.order;
  const refund = (body: object) =>
    system.agent.post(`/api/orders/${order.id}/refunds`, { reason: 'it was cold', ...body });
  return { order, refund, variantId, lineId: lines[0]!.id as string };
}

test('pressed twenty times with one key, cash is recorded once; with another amount the key is refused', async () => {
  const order = await placeOrder(system, { variantId: await sell() });
  const key = randomUUID();
  const replies = await Promise.all(Array.from({ length: 20 }, () => order.payInCash(50, key)));
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]));
  expect(replies[0]!.body).toMatchObject({ order: { tipsAmount: 50 }, viewer: { role: 'agent' } });
  expect((await order.types()).filter((type) => type === 'cash_recorded')).toHaveLength(1);
  expect((await order.payInCash(60, key)).body.error.code).toBe('idempotency_conflict');
});

test('what the table forbids is refused: paid, confirmed, canceled', async () => {
  const { order } = await paidInCash(1);
  const again = await order.payInCash();
  expect(again).toMatchObject({
    status: 409,
    body: {
      error: {
        code: 'illegal_transition',
        message: 'This order is confirmed, so it cannot be paid in cash now.',
        details: { from: 'confirmed', action: 'record_cash' },
      },
    },
  });
  const canceled = await placeOrder(system, { variantId: await sell() });
  await canceled.cancel();
  expect((await canceled.payInCash()).body.error.code).toBe('illegal_transition');
});

test('a share that the order does not have is not found, and a tip that is too large is refused', async () => {
  const order = await placeOrder(system, { variantId: await sell() });
  const { id } = await order.share();
  const path = (share: string) => `/api/orders/${order.id}/shares/${share}/cash`;
  expect((await system.agent.post(path(randomUUID()))).status).toBe(404);
  const tooLarge = await system.agent.post(path(id), { tipAmount: 99_999_999 });
  expect(tooLarge.body.error).toMatchObject({ code: 'invalid_request', details: [{ path: ['tipAmount'] }] });
  expect((await system.agent.post(path(id), {}, { key: null })).status).toBe(400);
});

test('refunds of cash by line, by amount and of all are never more than was taken, and leave Stripe alone', async () => {
  const { order, refund, variantId, lineId } = await paidInCash(4, 100);
  const before = await availableOf(variantId);
  const byLine = await refund({ lines: [{ lineId, quantity: 1 }], restock: true });
  expect(byLine).toMatchObject({ status: 201, body: { refund: { amount: 500, status: 'succeeded' } } });
  await until('the piece is on sale again', async () => (await availableOf(variantId)) === before + 1);
  expect((await refund({ amount: 150 })).body.refund.amount).toBe(150);
  expect((await refund({ amount: 1451 })).body.error.message).toBe('At most €14.50 can be given back.');
  const replies = await Promise.all(Array.from({ length: 20 }, () => refund({ amount: 400 })));
  expect(replies.filter(({ status }) => status === 201)).toHaveLength(3);
  expect((await refund({})).body.refund.amount).toBe(250);
  expect(await order.read()).toMatchObject({
    status: 'confirmed',
    paymentStatus: 'refunded',
    refundedAmount: 2100,
    needsAttention: null,
  });
  expect((await order.atStripe()).intents).toEqual([]);
  await system.assertInvariants();
});

test('the counter finds an order by code, name and place, and only while it is to be paid', async () => {
  const order = await placeOrder(system, { variantId: await sell() });
  const { code, participants, place } = await order.read();
  const find = async (q: string) => {
    const query = new URLSearchParams({ toPay: 'true', q });
    const reply = await system.agent.get(`/api/orders?${query.toString()}`);
    return reply.body.items.map((item: { id: string }) => item.id);
  };
  for (const q of [code, code.toLowerCase(), `#${code}`, participants[0]!.name, place!.label.slice(0, 6)]) {
    expect(await find(q), q).toContain(order.id);
  }
  await order.payInCash();
  expect(await find(code)).not.toContain(order.id);
});

test('the one who waits at the counter sees it live', async () => {
  const order = await placeOrder(system, { variantId: await sell() });
  const socket = await order.guest.connect();
  const seen: string[] = [];
  socket.on('order:changed', ({ type }) => seen.push(type));
  await socket.emitWithAck('order:watch', { orderId: order.id });
  await order.payInCash();
  await until('she has seen it', () => seen.includes('confirmed'));
  expect(seen).toContain('cash_recorded');
  socket.close();
});
