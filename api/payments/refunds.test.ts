import { sql } from 'kysely';
import { query } from '../../db/sql.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeOrder } from '../../test/harness/buyer.ts';
import { startSystem, type System } from '../../test/harness/system.ts';
import { until } from '../../test/harness/until.ts';
import { addProduct } from '../../test/setup/menu.ts';

let system: System;
let variantId: string;
beforeAll(async () => {
  system = await startSystem();
  const product = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 500, available: 1000 }],
  });
  variantId = product.variants[0]!.id;
});
afterAll(() => system?.stop());

async function paid(quantity: number, pay = 'pm_card_visa') {
  const order = await placeOrder(system, { variantId, quantity, pay });
  const { lines } = await order.untilStatus('confirmed');
  const refund = (body: object, key = randomUUID()) =>
    system.agent.post(`/api/orders/${order.id}/refunds`, { reason: 'it was cold', ...body }, { key });
  const list = async (who = system.agent) => (await who.get(`/api/orders/${order.id}/refunds`)).body.items;
  return { order, refund, list, lineId: lines[0]!.id };
}
const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, at) => make(at));
const statuses = (replies: readonly { status: number }[]) => replies.map(({ status }) => status).sort();

test('of twenty refunds at once exactly as many succeed as fit, at Stripe too', async () => {
  const { order, refund } = await paid(2);
  const replies = await Promise.all(times(20, () => refund({ amount: 150 })));
  expect(statuses(replies)).toEqual([...times(6, () => 201), ...times(14, () => 400)]);
  expect(await order.atStripe()).toMatchObject({ captured: 1000, refunded: 900 });
  expect((await order.read()).refundedAmount).toBe(900);
  await system.assertInvariants();
});

test('of twenty refunds of one piece of a line exactly as many succeed as there are pieces', async () => {
  const { order, refund, lineId } = await paid(3);
  const replies = await Promise.all(times(20, () => refund({ lines: [{ lineId, quantity: 1 }] })));
  expect(statuses(replies)).toEqual([...times(3, () => 201), ...times(17, () => 400)]);
  expect(await order.atStripe()).toMatchObject({ captured: 1500, refunded: 1500 });
});

test('the same refund pressed twenty times is made once', async () => {
  const { order, refund } = await paid(2);
  const key = randomUUID();
  const replies = await Promise.all(times(20, () => refund({ amount: 300 }, key)));
  expect(statuses(replies)).toEqual(times(20, () => 201));
  expect(new Set(replies.map(({ body }) => body.refund.id)).size).toBe(1);
  expect((await order.atStripe()).refunded).toBe(300);
});

test('a piece that went back cannot go back again, with a sentence that says so', async () => {
  const { refund, lineId } = await paid(2);
  await refund({ lines: [{ lineId, quantity: 1 }] });
  const again = await refund({ lines: [{ lineId, quantity: 2 }] });
  expect(again.status).toBe(400);
  expect(again.body.error).toMatchObject({
    code: 'invalid_request',
    message: 'Some of these pieces were refunded already.',
  });
});

test('staff see of each refund who asked for it and why one failed; the customer sees what concerns her', async () => {
  const { order, refund, list, lineId } = await paid(2);
  await refund({ lines: [{ lineId, quantity: 1 }], restock: true });
  const [made] = await list();
  expect(made).toMatchObject({
    ...{ amount: 500, status: 'succeeded', reason: 'it was cold', origin: 'staff', failureCode: null },
    ...{ lines: [{ lineId, quantity: 1 }], restock: true, wasMade: true, by: expect.stringMatching(/./) },
  });
  const [row] = await query<{ id: string }>(
    system.databases.orders.em.fork(),
    sql`select stripe_refund_id as id from refunds where order_id = ${order.id}`,
  );
  await fetch(`${system.stripe.url}/_/refunds/${row!.id}/fail`, { method: 'POST' });
  await until('it has failed', async () => (await list())[0].status === 'failed');
  expect((await list())[0]).toMatchObject({ failureCode: 'expired_or_canceled_card' });
  expect((await list(order.guest))[0]).toMatchObject({ status: 'failed', by: null, failureCode: null });
});

test('what needed a person is cleared by one of the staff, who is kept in the history', async () => {
  const { order } = await paid(1);
  const [intent] = (await order.atStripe()).intents;
  await system.stripeApi.refunds.create({ payment_intent: intent!.id, amount: 100 });
  await order.until('it is seen', ({ needsAttention }) => needsAttention === 'refunded_outside');
  const clear = () => system.agent.post(`/api/orders/${order.id}/clear-attention`);
  const replies = await Promise.all(times(5, clear));
  expect(statuses(replies)).toEqual(times(5, () => 200));
  expect((await order.read()).needsAttention).toBeNull();
  const cleared = (await order.events()).filter(({ type }) => type === 'attention_cleared');
  expect(cleared).toMatchObject([{ actor: 'agent', reason: 'refunded_outside' }]);
});
