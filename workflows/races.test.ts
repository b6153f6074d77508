import { sql } from 'kysely';
import { run } from '../db/sql.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { placeOrder, type PlacedOrder } from '../test/harness/buyer.ts';
import { startSystem, type System } from '../test/harness/system.ts';
import { until } from '../test/harness/until.ts';
import { insertCancelRequest } from '../db/orders/orders/cancel-requests.ts';
import { insertAttempt } from '../db/orders/payments/attempts.ts';
import { addProduct } from '../test/setup/menu.ts';
import { advance, cancel, pay } from '../temporal/orders/messages.ts';

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

const settled = async <T>(...promises: Promise<T>[]) =>
  (await Promise.allSettled(promises)).map(({ status }) => status).sort();

async function cancelByWorkflow(order: PlacedOrder, by: 'host' | 'agent' = 'host') {
  const cancelRequestId = randomUUID();
  const wish = { id: cancelRequestId, orderId: order.id, reason: null, restock: false };
  await insertCancelRequest(system.databases.orders, { ...wish, actor: by, actorId: 'somebody' });
  return order.workflow.executeUpdate(cancel, { args: [{ by, as: by, cancelRequestId }] });
}

async function payByWorkflow(order: PlacedOrder, tipAmount: number) {
  const { id: shareId } = await order.share();
  const attemptId = randomUUID();
  await insertAttempt(system.databases.orders, {
    id: attemptId,
    orderId: order.id,
    shareId,
    requestHash: 'hash',
    paymentMethodId: 'pm_card_visa',
    tipAmount,
  });
  return order.workflow.executeUpdate(pay, { args: [{ shareId, attemptId }] });
}

async function confirmed(): Promise<PlacedOrder> {
  const order = await placeOrder(system, { variantId, pay: 'pm_card_visa' });
  await order.untilStatus('confirmed');
  return order;
}

test('ten attempts to pay one share at once charge it once', async () => {
  const order = await placeOrder(system, { variantId });
  const replies = await Promise.all(
    Array.from({ length: 10 }, (_, tip) => order.pay('pm_card_visa', tip + 1)),
  );
  await order.untilStatus('confirmed');
  expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
  for (const reply of replies) expect([200, 409]).toContain(reply.status);
  const { intents } = await order.atStripe();
  expect(intents.filter(({ amount_received }) => amount_received > 0)).toHaveLength(1);
});

test('cards that wait for the outcome of a declined one are tried one by one, and one is charged', async () => {
  const order = await placeOrder(system, { variantId });
  const slow = { kind: 'latency', method: 'POST', path: '/v1/payment_intents/*/confirm', ms: 1_000 } as const;
  const declining = system.stripe.faults.add({ ...slow, count: 1 });
  const declined = order.pay('pm_card_chargeDeclined');
  await until('the first card is being charged', () => declining.hits > 0);
  system.stripe.faults.add({ ...slow, ms: 300, count: null, when: 'after' });
  // The API would tell them to wait; who is past it, waits in the workflow.
  const waiting = settled(...[1, 2, 3].map((tipAmount) => payByWorkflow(order, tipAmount)));
  expect((await declined).status).toBe(402);
  expect(await waiting).toEqual(['fulfilled', 'rejected', 'rejected']);
  await order.untilStatus('confirmed');
  const { intents } = await order.atStripe();
  expect(intents.filter(({ status }) => status === 'succeeded')).toHaveLength(1);
  expect(intents.filter(({ status }) => status === 'requires_capture')).toEqual([]);
});

describe('canceled while the card is being charged', () => {
  test.each([
    ['before Stripe says yes', 'before'],
    ['after Stripe said yes, and before we knew', 'after'],
  ] as const)('%s, an order takes no money', async (_what, when) => {
    const order = await placeOrder(system, { variantId });
    const slow = system.stripe.faults.add({
      kind: 'latency',
      method: 'POST',
      path: '/v1/payment_intents/*/confirm',
      ms: 1_000,
      when,
      count: 1,
    });
    const paying = order.pay('pm_card_visa');
    await until('the card is being charged', () => slow.hits > 0);
    expect((await order.cancel()).body.order).toMatchObject({ status: 'canceled' });
    await paying;
    expect(await order.untilClosed()).toMatchObject({ status: 'canceled', number: null });
    const { intents, captured } = await order.atStripe();
    expect([intents.map(({ status }) => status), captured]).toEqual([['canceled'], 0]);
  });

  test('at the very same moment, an order is canceled or confirmed, and nothing in between', async () => {
    const orders = await Promise.all(Array.from({ length: 6 }, () => placeOrder(system, { variantId })));
    await Promise.all(
      orders.map(async (order) => {
        await Promise.all([order.pay('pm_card_visa'), order.cancel()]);
        await order.until('over', ({ status }) => status === 'canceled' || status === 'confirmed');
      }),
    );
  });
});

test('two cancellations at once are one, with one refund', async () => {
  const order = await confirmed();
  const outcomes = await settled(cancelByWorkflow(order), cancelByWorkflow(order, 'agent'));
  expect(outcomes).toEqual(['fulfilled', 'rejected']);
  await order.workflow.result();
  expect(await order.atStripe()).toMatchObject({ captured: 350, refunded: 350 });
});

test('two agents who advance at once take one step', async () => {
  const order = await confirmed();
  const step = (agentId: string) =>
    order.workflow.executeUpdate(advance, { args: [{ to: 'preparing', agentId, as: 'agent' }] });
  expect(await settled(step('one'), step('two'))).toEqual(['fulfilled', 'rejected']);
  expect((await order.types()).filter((type) => type === 'preparing')).toHaveLength(1);
  expect((await order.advance('completed')).status).toBe(409);
});

test('cancel and advance at once: whichever comes first counts, and the order ends consistently', async () => {
  const order = await confirmed();
  await settled(
    cancelByWorkflow(order, 'agent'),
    order.workflow.executeUpdate(advance, { args: [{ to: 'preparing', agentId: 'one', as: 'kitchen' }] }),
  );
  expect(await order.untilClosed()).toMatchObject({ status: 'canceled', paymentStatus: 'refunded' });
});

test('a step that cannot be written at once goes on as an activity, and a command that comes meanwhile is not lost', async () => {
  const order = await confirmed();
  const orders = system.databases.orders.em.fork();
  await orders.begin();
  await run(orders, sql`select from orders where id = ${order.id} for update`);
  const advanced = order.advance('preparing');
  await until('operators see the step', async () => {
    const { raw } = await order.workflow.describe();
    return raw.pendingActivities?.some(({ activityType }) => activityType?.name === 'advanceOrder');
  });
  const canceled = cancelByWorkflow(order, 'agent');
  await orders.commit();
  expect((await advanced).status).toBe(200);
  await canceled;
  expect(await order.untilClosed()).toMatchObject({ status: 'canceled', paymentStatus: 'refunded' });
  expect(await order.types()).toContain('preparing');
});

test('an agent who sees an order confirmed before its workflow knows can cancel it', async () => {
  const capture = {
    kind: 'latency',
    method: 'POST',
    path: '/v1/payment_intents/*/capture',
    count: 1,
  } as const;
  const capturing = system.stripe.faults.add({ ...capture, ms: 1_500 });
  const order = await placeOrder(system, { variantId, pay: 'pm_card_visa' });
  await until('the money is being taken', () => capturing.hits > 0);
  // The step that confirms the order waits for this lock before it marks the goods as sold.
  const catalog = system.databases.catalog.em.fork();
  await catalog.begin();
  await run(catalog, sql`select from holds where order_id = ${order.id} for update`);
  await order.untilStatus('confirmed');
  const { historyLength } = await order.workflow.describe();
  const canceled = order.cancel(system.agent);
  // It receives the cancellation with its next task, while that step continues.
  await until('the step goes on', async () => {
    const { historyLength: now } = await order.workflow.describe();
    return now > historyLength;
  });
  await catalog.commit();
  expect((await canceled).status).toBe(200);
  await order.untilStatus('canceled');
});

test('what the table forbids is refused and leaves no trace', async () => {
  const order = await placeOrder(system, { variantId });
  const before = await order.events();
  await expect(
    order.workflow.executeUpdate(advance, { args: [{ to: 'preparing', agentId: 'one', as: 'kitchen' }] }),
  ).rejects.toMatchObject({ cause: { type: 'illegal_transition' } });
  expect(await order.events()).toEqual(before);
});
