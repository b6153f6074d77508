import { sql } from 'kysely';
import { query } from '../db/sql.ts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { placeOrder, type PlacedOrder } from '../test/harness/buyer.ts';
import { startSystem, type System } from '../test/harness/system.ts';
import { until } from '../test/harness/until.ts';
import { refundWorkflowId } from '../temporal/refunds/messages.ts';
import { ORDER_NUMBER } from '../temporal/search-attributes.ts';
import { startRefund } from '../temporal/refunds/start.ts';
import { addProduct } from '../test/setup/menu.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterEach(() => system.stripe.faults.clear());
afterAll(() => system?.stop());

/** A paid order of three teas and two cakes, with access to their stock. */
async function paidOrder(options: { tipAmount?: number } = {}) {
  const sell = async (name: string, unitAmount: number) => {
    const product = await addProduct(system.databases, {
      name,
      variants: [{ name: 'Regular', unitAmount, available: 10 }],
    });
    return product.variants[0]!.id;
  };
  const [tea, cake] = [await sell('Tea', 350), await sell('Cake', 450)];
  const order = await placeOrder(system, {
    variantId: tea,
    lines: [
      { variantId: tea, quantity: 3 },
      { variantId: cake, quantity: 2 },
    ],
    pay: 'pm_card_visa',
    ...options,
  });
  const { lines } = await order.untilStatus('confirmed');
  const available = async () => {
    const rows = await query<{ id: string; available: number }>(
      system.databases.catalog.em.fork(),
      sql`select id, available from variants where id in (${tea}, ${cake})`,
    );
    return [tea, cake].map((id) => rows.find((row) => row.id === id)!.available);
  };
  return { order, available, tea: lines[0]!.id, cake: lines[1]!.id };
}

const refund = (order: PlacedOrder, body: object) =>
  system.agent.post(`/api/orders/${order.id}/refunds`, { reason: 'it was cold', ...body });

const stripeRefunds = async (order: PlacedOrder) => {
  const [intent] = (await order.atStripe()).intents;
  return (await system.stripeApi.refunds.list({ payment_intent: intent!.id })).data.map(
    ({ amount }) => amount,
  );
};

test('a refund of lines gives back their price, and only these units go on sale again', async () => {
  const { order, available, tea, cake } = await paidOrder();
  const reply = await refund(order, { lines: [{ lineId: tea, quantity: 2 }], restock: true });
  expect(reply).toMatchObject({ status: 201, body: { refund: { amount: 700, status: 'succeeded' } } });
  await until('two teas are back', async () => (await available()).join() === '9,8');
  await refund(order, { lines: [{ lineId: cake, quantity: 1 }], restock: false });
  await refund(order, { amount: 10, restock: true });
  expect(await order.read()).toMatchObject({
    status: 'confirmed',
    paymentStatus: 'partly_refunded',
    refundedAmount: 1160,
  });
  expect(await stripeRefunds(order)).toEqual([10, 450, 700]);
  await system.assertInvariants();
  expect(await available()).toEqual([9, 8]);
});

test('a refund of everything gives back the tip too, and a second one is refused', async () => {
  const { order, available } = await paidOrder({ tipAmount: 100 });
  await refund(order, { restock: true });
  expect(await order.read()).toMatchObject({ paymentStatus: 'refunded', refundedAmount: 2050 });
  await until('everything is back', async () => (await available()).join() === '10,10');
  expect((await refund(order, { amount: 1 })).status).toBe(400);
});

test('a refund that Stripe refuses for good asks for a person, and can be made later', async () => {
  const { order } = await paidOrder();
  system.stripe.faults.add({
    kind: 'answer',
    method: 'POST',
    path: '/v1/refunds',
    status: 400,
    error: {
      type: 'invalid_request_error',
      code: 'charge_disputed',
      message: 'Charge has been charged back.',
    },
  });
  const reply = await refund(order, { amount: 500 });
  expect(reply.body.refund.status).toBe('failed');
  expect(await order.read()).toMatchObject({ needsAttention: 'refund_failed', refundedAmount: 0 });
  expect((await order.types()).at(-1)).toBe('refund_failed');
  expect((await refund(order, { amount: 500 })).body.refund.status).toBe('succeeded');
  expect(await stripeRefunds(order)).toEqual([500]);
});

test('a canceled order whose refund is refused is canceled, and asks for a person, operators too', async () => {
  const { order, available } = await paidOrder();
  system.stripe.faults.add({
    kind: 'answer',
    method: 'POST',
    path: '/v1/refunds',
    status: 400,
    error: {
      type: 'invalid_request_error',
      code: 'charge_disputed',
      message: 'Charge has been charged back.',
    },
  });
  await order.cancel(system.agent);
  expect(await order.untilClosed()).toMatchObject({ status: 'canceled', needsAttention: 'refund_failed' });
  expect(await available()).toEqual([10, 10]);
  const { searchAttributes } = await order.workflow.describe();
  expect(searchAttributes['OrderAttention']).toEqual(['refund_failed']);
});

test('an order canceled while a refund of staff is under way gives back the rest, and each part once', async () => {
  const { order } = await paidOrder();
  const slow = system.stripe.faults.add({
    kind: 'latency',
    method: 'POST',
    path: '/v1/refunds',
    ms: 1_500,
    count: 1,
  });
  const first = refund(order, { amount: 500 });
  await until('the refund is under way', () => slow.hits > 0);
  const canceled = await order.cancel(system.agent);
  expect(canceled.body.order.status).toBe('canceled');
  expect((await first).body.refund.status).toBe('succeeded');
  expect(await order.workflow.result()).toEqual({ status: 'canceled', reason: 'canceled_by_agent' });
  await until('all is given back', async () => (await order.read()).paymentStatus === 'refunded');
  expect((await stripeRefunds(order)).sort()).toEqual([1450, 500]);
});

test('an order whose refund is terminated and resumed meanwhile ends as it would have', async () => {
  const { order } = await paidOrder();
  const down = system.stripe.faults.add({ kind: 'error_before', method: 'POST', path: '/v1/refunds' });
  await order.cancel(system.agent);
  await until('the refund is under way', () => down.hits > 0);
  const [listed] = (await system.agent.get(`/api/orders/${order.id}/refunds`)).body.items;
  const workflow = system.temporal.workflow.getHandle(refundWorkflowId(listed.id));
  // As a mend does when the tasks of a refund's workflow fail.
  await workflow.terminate('its tasks fail');
  system.stripe.faults.clear();
  // By somebody who has read the order before it was confirmed.
  await startRefund(system.temporal, { orderId: order.id, refundId: listed.id }, {}, { again: true });
  expect(await order.workflow.result()).toEqual({ status: 'canceled', reason: 'canceled_by_agent' });
  await until('all is given back', async () => (await order.read()).paymentStatus === 'refunded');
  expect(await stripeRefunds(order)).toEqual([1950]);
  await system.temporal.workflow.getHandle(refundWorkflowId(listed.id)).result();
  const { typedSearchAttributes } = await workflow.describe();
  expect(typedSearchAttributes.get(ORDER_NUMBER)).toBe((await order.read()).number);
});

test.each(['error_before', 'error_after', 'reset_before', 'reset', 'rate_limit'] as const)(
  'a refund on which Stripe strikes with %s is made once',
  async (kind) => {
    const { order } = await paidOrder();
    system.stripe.faults.add({ kind, method: 'POST', path: '/v1/refunds' });
    await refund(order, { amount: 700 });
    await until('it is made', async () => (await order.read()).refundedAmount === 700);
    expect(await stripeRefunds(order)).toEqual([700]);
  },
);
