import { statement } from '../test/setup/statement.ts';
import { query } from '../db/sql.ts';
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { placeOrder, type PlacedOrder, type Wish } from '../test/harness/buyer.ts';
import { startSystem, type System } from '../test/harness/system.ts';
import { until } from '../test/harness/until.ts';
import { addProduct } from '../test/setup/menu.ts';
import { aftercareWorkflowId } from '../temporal/payments/messages.ts';
import { startAftercare } from '../temporal/payments/start.ts';
import { ORDER_NUMBER } from '../temporal/search-attributes.ts';

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

async function paid(wish: Partial<Wish> = {}): Promise<PlacedOrder> {
  const order = await placeOrder(system, { variantId, quantity: 2, pay: 'pm_card_visa', ...wish });
  await order.untilStatus('confirmed');
  return order;
}
async function completed(): Promise<PlacedOrder> {
  const order = await paid();
  await order.serve();
  await order.workflow.result();
  return order;
}
const intentOf = async (order: PlacedOrder) => (await order.atStripe()).intents.at(-1)!;
const trigger = (path: string) => fetch(`${system.stripe.url}/_/${path}`, { method: 'POST' });
const refund = (order: PlacedOrder, body: object) =>
  system.agent.post(`/api/orders/${order.id}/refunds`, { reason: 'it was cold', ...body });
const rows = (text: string, ...values: unknown[]) =>
  query<Record<string, unknown>>(system.databases.orders.em.fork(), statement(text, ...values));
const bookings = async (order: PlacedOrder, kind: string) =>
  Object.fromEntries(
    (
      await rows(
        `select account, sum(amount)::int as amount from ledger_entries e
           join ledger_transactions t on t.id = e.transaction_id where order_id = ? and kind = ? group by account`,
        order.id,
        kind,
      )
    ).map(({ account, amount }) => [account, amount]),
  );
const refundMails = (order: PlacedOrder) =>
  rows(`select status from mails where order_id = ? and type = 'refund_issued'`, order.id);

test('a refund made in Stripe’s dashboard of a completed order is booked, shown, and cannot be given twice', async () => {
  const order = await completed();
  const { id } = await intentOf(order);
  await system.stripeApi.refunds.create({ payment_intent: id, amount: 300 });
  await order.until('the refund is seen', ({ refundedAmount }) => refundedAmount === 300);
  expect(await order.read()).toMatchObject({
    status: 'completed',
    paymentStatus: 'partly_refunded',
    needsAttention: 'refunded_outside',
  });
  expect((await order.events()).at(-1)).toMatchObject({
    type: 'refunded',
    amount: 300,
    reason: 'refunded_outside',
  });
  expect(await bookings(order, 'refund')).toEqual({ stripe: -300, sales: 300 });
  expect((await refund(order, { amount: 701 })).status).toBe(400);
  expect((await refund(order, { amount: 700 })).status).toBe(201);
  expect((await order.read()).paymentStatus).toBe('refunded');
});

test('a refund of ours is no news, and starts no workflow beside its own', async () => {
  const order = await paid();
  await refund(order, { amount: 100 });
  await until('Stripe has told of it', async () => {
    const events = await rows(
      `select type, handled_at as handled from stripe_events e join payments p
      on p.stripe_payment_intent_id = e.payment_intent_id where p.order_id = ?`,
      order.id,
    );
    const told = events.filter(({ type }) => type === 'refund.created' || type === 'charge.refunded');
    return told.length === 2 && told.every(({ handled }) => handled !== null);
  });
  const [own] = await rows(
    `select array_agg(e.id) as ids from stripe_events e join payments p
       on p.stripe_payment_intent_id = e.payment_intent_id where p.order_id = ?`,
    order.id,
  );
  for (const id of own!['ids'] as string[]) {
    const workflow = system.temporal.workflow.getHandle(aftercareWorkflowId(id));
    await expect(workflow.describe()).rejects.toThrow(/not found/i);
  }
});

test('a review is found by the number, though who began it had read the order before it was confirmed', async () => {
  const order = await paid();
  const [payment] = await rows(`select id from payments where order_id = ?`, order.id);
  const cause = randomUUID();
  await startAftercare(system.temporal, cause, { orderId: order.id, paymentId: String(payment!['id']) }, {});
  const review = system.temporal.workflow.getHandle(aftercareWorkflowId(cause));
  await review.result();
  const { typedSearchAttributes } = await review.describe();
  expect(typedSearchAttributes.get(ORDER_NUMBER)).toBe((await order.read()).number);
});

test('a dispute takes money and fee out of the books, and comes to the attention list', async () => {
  const order = await completed();
  const { latest_charge } = await intentOf(order);
  await trigger(`charges/${(latest_charge as { id: string }).id}/dispute`);
  await order.until('the dispute is seen', ({ needsAttention }) => needsAttention === 'disputed');
  expect(await bookings(order, 'dispute')).toEqual({ stripe: -3000, disputes: 1000, fees: 2000 });
  const listed = await system.agent.get('/api/orders?attention=true');
  expect(listed.body.items.map(({ id }: { id: string }) => id)).toContain(order.id);
  const [dispute] = (await system.stripeApi.disputes.list({ limit: 1 })).data;
  await system.stripeApi.disputes.close(dispute!.id);
  await until('the loss is seen', async () => (await order.types()).includes('dispute_lost'));
  expect((await order.types()).filter((type) => type.startsWith('dispute'))).toEqual([
    'disputed',
    'dispute_lost',
  ]);
});

test('a dispute keeps a payment from being refunded until it is won', async () => {
  const order = await completed();
  const { latest_charge } = await intentOf(order);
  await trigger(`charges/${(latest_charge as { id: string }).id}/dispute`);
  await order.until('the dispute is seen', ({ needsAttention }) => needsAttention === 'disputed');
  expect((await refund(order, { amount: 400 })).status).toBe(409);
  const [dispute] = (await system.stripeApi.disputes.list({ limit: 1 })).data;
  await trigger(`disputes/${dispute!.id}/win`);
  await until('the win is seen', async () => (await order.types()).includes('dispute_won'));
  const reply = await refund(order, { amount: 400 });
  expect(reply).toMatchObject({ status: 201, body: { refund: { amount: 400, status: 'succeeded' } } });
  expect((await order.atStripe()).refunded).toBe(400);
});

test('a refund that is pending at Stripe arrives later: one event, one mail, when it does', async () => {
  const order = await paid({ pay: 'pm_card_pendingRefund' });
  const reply = await refund(order, { amount: 400 });
  expect(reply).toMatchObject({ status: 201, body: { refund: { status: 'pending' } } });
  expect(await order.read()).toMatchObject({ refundedAmount: 0, needsAttention: null });
  expect(await bookings(order, 'refund')).toEqual({ stripe: -400, sales: 400 });
  expect(await refundMails(order)).toEqual([]);
  await order.until('it arrives', ({ refundedAmount }) => refundedAmount === 400);
  expect(await order.types()).toEqual(
    expect.arrayContaining(['refund_started', 'refund_pending', 'refunded']),
  );
  await until(
    'its mail is sent',
    async () => (await refundMails(order)).map(({ status }) => status).join() === 'sent',
  );
});

test('a refund that fails at the bank later is booked back, asks for a person, and can be made again', async () => {
  const order = await paid({ tipAmount: 50 });
  await refund(order, {});
  expect(await order.read()).toMatchObject({ paymentStatus: 'refunded', refundedAmount: 1050 });
  const [made] = await rows(`select stripe_refund_id as id from refunds where order_id = ?`, order.id);
  await trigger(`refunds/${String(made!['id'])}/fail`);
  await order.until('the failure is seen', ({ needsAttention }) => needsAttention === 'refund_failed');
  expect(await order.read()).toMatchObject({ paymentStatus: 'paid', refundedAmount: 0 });
  expect(await bookings(order, 'refund_reversal')).toEqual({ stripe: 1050, sales: -1000, tips: -50 });
  expect((await order.events()).at(-1)).toMatchObject({
    type: 'refund_failed',
    reason: 'expired_or_canceled_card',
  });
  expect((await refund(order, {})).body.refund).toMatchObject({ amount: 1050, status: 'succeeded' });
  expect(await refundMails(order)).toHaveLength(2);
});

test('a payment canceled in Stripe’s dashboard while its payer is at her bank leaves the share due, and it can be paid', async () => {
  const order = await placeOrder(system, { variantId, pay: 'pm_card_authenticationRequired' });
  await order.until('sent to the bank', ({ shares }) => shares[0]?.status === 'requires_action');
  await system.stripeApi.paymentIntents.cancel((await intentOf(order)).id);
  await order.until('the share is due', ({ shares }) => shares[0]?.status === 'due');
  expect((await order.pay('pm_card_visa')).status).toBe(200);
  await order.untilStatus('confirmed');
  expect((await order.atStripe()).captured).toBe(500);
});

test('Stripe’s fee of every charge is booked once', async () => {
  const order = await paid();
  await until('the fee is booked', async () => (await bookings(order, 'fee'))['fees'] !== undefined);
  expect(await bookings(order, 'fee')).toEqual({ stripe: -58, fees: 58 });
});

describe('of an order that has ended', () => {
  /** A canceled order with a payment at Stripe that its end has missed, as after a restored backup. */
  async function withMissedPayment() {
    const order = await placeOrder(system, { variantId, pay: 'pm_card_authenticationRequired' });
    await order.until('sent to the bank', ({ shares }) => shares[0]?.status === 'requires_action');
    await order.cancel();
    await order.workflow.result();
    const { id: shareId, amount } = await order.share();
    const paymentId = randomUUID();
    const intent = await system.stripeApi.paymentIntents.create({
      amount,
      currency: 'eur',
      capture_method: 'manual',
      allowed_payment_method_types: ['card'],
      metadata: { order_id: order.id, share_id: shareId, payment_id: paymentId, bill_version: '1' },
    });
    await rows(
      `insert into payments (id, order_id, share_id, bill_version, amount, tip_amount, currency, status,
         stripe_payment_intent_id) values (?, ?, ?, 1, ?, 0, 'eur', 'requires_action', ?) returning id`,
      ...[paymentId, order.id, shareId, amount, intent.id],
    );
    return { order, intentId: intent.id };
  }
  const confirm = (id: string, more: object = {}) =>
    system.stripeApi.paymentIntents.confirm(id, { payment_method: 'pm_card_visa', ...more });

  test('an authorization that comes too late is voided', async () => {
    const { order, intentId } = await withMissedPayment();
    await confirm(intentId);
    await until('it is voided', async () => {
      const { status } = await system.stripeApi.paymentIntents.retrieve(intentId);
      return status === 'canceled';
    });
    expect(await order.read()).toMatchObject({ status: 'canceled', needsAttention: null });
  });

  test('money that comes too late is booked and given back in full, once, and its payer is told', async () => {
    const { order, intentId } = await withMissedPayment();
    system.stripe.faults.add({ kind: 'webhook_drop', types: ['payment_intent.amount_capturable_updated'] });
    await confirm(intentId);
    await system.stripeApi.paymentIntents.capture(intentId);
    await until(
      'all of it went back',
      async () => (await refundMails(order)).map(({ status }) => status).join() === 'sent',
    );
    expect(await order.atStripe()).toMatchObject({ captured: 500, refunded: 500 });
    expect(await order.read()).toMatchObject({ status: 'canceled', needsAttention: 'late_payment' });
    expect(await order.types()).toEqual(expect.arrayContaining(['canceled', 'late_payment', 'refunded']));
    const told = await system.stripeApi.events.list({ type: 'payment_intent.succeeded', limit: 1 });
    await trigger(`events/${told.data[0]!.id}/resend`);
    expect((await order.atStripe()).refunded).toBe(500);
  });

  test('a cancel in the dashboard is noted', async () => {
    const { order, intentId } = await withMissedPayment();
    await system.stripeApi.paymentIntents.cancel(intentId);
    await until('it is noted', async () => (await order.types()).includes('payment_voided'));
    expect(await order.read()).toMatchObject({ status: 'canceled', paymentStatus: 'unpaid' });
  });
});

test('an event that comes while Temporal is away is answered, kept, and seen to later', async () => {
  const order = await paid();
  const unreachable = Connection.lazy({ address: '127.0.0.1:1' });
  const api = await system.startApi({ temporal: new Client({ connection: unreachable }) });
  system.stripe.faults.add({ kind: 'webhook_drop', count: null });
  const { id: intentId } = await intentOf(order);
  const { id: refundId } = await system.stripeApi.refunds.create({ payment_intent: intentId, amount: 100 });
  const { data } = await system.stripeApi.events.list({ type: 'refund.created', limit: 5 });
  const event = data.find(({ data: { object } }) => 'id' in object && object.id === refundId)!;
  const payload = JSON.stringify(event);
  const signature = await system.stripeApi.webhooks.generateTestHeaderStringAsync({
    payload,
    secret: system.config.stripe.webhookSecret,
  });
  const reply = await fetch(`http://127.0.0.1:${api.port}/api/stripe/webhook`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Stripe-Signature': signature },
    body: payload,
  });
  expect(reply.status).toBe(200);
  const handledAt = async () =>
    (await rows(`select handled_at as at from stripe_events where id = ?`, event.id))[0]!['at'];
  expect(await handledAt()).toBeNull();
  await order.until('it is seen to', ({ refundedAmount }) => refundedAmount === 100, 45_000);
  await until('that is noted', async () => (await handledAt()) !== null);
  system.stripe.faults.clear();
  await unreachable.close();
});
