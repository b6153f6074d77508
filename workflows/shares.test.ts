import { sql } from 'kysely';
import { query, run } from '../db/sql.ts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startSystem, type System } from '../test/harness/system.ts';
import { placeGroupOrder, type GroupOrder, type Payer } from '../test/harness/group.ts';
import { until } from '../test/harness/until.ts';
import { resumeOrder } from '../workers/reconciliation/resume.ts';
import { addProduct } from '../test/setup/menu.ts';

const GOOD = 'pm_card_visa';
const DECLINED = 'pm_card_chargeDeclined';

let system: System;
let variantId: string;
beforeAll(async () => {
  system = await startSystem();
  const product = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 500, available: 1000 }],
  });
  variantId = product.variants[0]!.id;
});
afterEach(() => system.stripe.faults.clear());
afterAll(() => system?.stop());

const group = (count: number, holdMs?: number) =>
  placeGroupOrder(system, { variantId, count, ...(holdMs !== undefined && { holdMs }) });

const payAll = ({ order }: GroupOrder, payers: readonly Payer[], tipAmount?: number) =>
  Promise.all(payers.map(({ guest, shareId }) => order.payShare(guest, shareId, GOOD, tipAmount)));

const statuses = async ({ order }: GroupOrder) =>
  (await order.read()).shares.map(({ status }) => status).sort();

test('each of three pays her own share with her own card, at once, and the order is confirmed when all have', async () => {
  const three = await group(3);
  const { order, payers } = three;
  expect(payers.map(({ amount }) => amount).sort()).toEqual([666, 667, 667]);
  const [ada, ben, mia] = payers as [Payer, Payer, Payer];
  expect((await payAll(three, [ada, ben], 10)).map(({ status }) => status)).toEqual([200, 200]);
  expect((await order.read()).paymentStatus).toBe('partly_authorized');
  expect((await order.read()).status).toBe('awaiting_payment');
  expect((await order.atStripe()).captured).toBe(0);
  // A share can be paid only by its own payer, and only once.
  expect((await order.payShare(ada.guest, mia.shareId, GOOD)).status).toBe(403);
  expect((await order.payShare(ben.guest, ben.shareId, GOOD)).status).toBe(409);
  expect((await payAll(three, [mia])).map(({ status }) => status)).toEqual([200]);
  await order.untilStatus('confirmed');
  expect(await statuses(three)).toEqual(['captured', 'captured', 'captured']);
  expect((await order.atStripe()).captured).toBe(2000 + 20);
  // Each payer has her own receipt.
  const told = (await order.read()).participants.map(({ id }) => `${id}@guest.test`).sort();
  await until('all have their receipts', () =>
    told.every((address) =>
      system.mailServer.mails.some(
        ({ to, subject }) => to.includes(address) && /receipt|order/i.test(subject),
      ),
    ),
  );
});

test('a participant reads the order and pays her share, and what is the host’s or the staff’s is refused', async () => {
  const { order, payers } = await group(2);
  const [host, friend] = payers as [Payer, Payer];
  const path = `/api/orders/${order.id}`;
  const viewerOf = async ({ guest }: Payer) => (await guest.get(path)).body.viewer;
  const { may: friendMay, ...friendSees } = await viewerOf(friend);
  expect(friendSees).toEqual({ role: 'participant', participantId: friend.participantId });
  expect(friendMay).toEqual(expect.arrayContaining(['order.read', 'order.read_work', 'share.pay']));
  expect(friendMay).not.toContain('order.cancel');
  expect((await viewerOf(host)).may).toContain('order.cancel');
  const asked = [
    await friend.guest.get(`${path}/events`),
    await friend.guest.get(`${path}/refunds`),
    await friend.guest.post(`${path}/cancel`),
    await order.payShare(host.guest, friend.shareId, GOOD),
    await friend.guest.post(`${path}/shares/${friend.shareId}/cash`),
    await friend.guest.post(`${path}/advance`, { to: 'preparing' }),
  ];
  expect(asked.map(({ status }) => status)).toEqual([200, 200, 403, 403, 401, 401]);
  expect((await host.guest.post(`${path}/cancel`)).status).toBe(200);
});

test('who is declined takes another card, while the others are paid and wait', async () => {
  const two = await group(2);
  const { order, payers } = two;
  const [ada, ben] = payers as [Payer, Payer];
  const replies = await Promise.all([
    order.payShare(ada.guest, ada.shareId, DECLINED),
    order.payShare(ben.guest, ben.shareId, GOOD),
  ]);
  expect(replies.map(({ status }) => status)).toEqual([402, 200]);
  expect(await statuses(two)).toEqual(['authorized', 'due']);
  expect((await order.payShare(ada.guest, ada.shareId, GOOD, 30)).status).toBe(200);
  await order.untilStatus('confirmed');
  expect((await order.atStripe()).captured).toBe(1500 + 30);
});

test('one who never pays: at the deadline everything is voided, nothing captured, and the stock is free', async () => {
  const three = await group(3, 4_000);
  const { order, payers } = three;
  await payAll(three, payers.slice(1));
  await order.untilStatus('expired');
  await order.untilClosed();
  expect(await statuses(three)).toEqual(['voided', 'voided', 'voided']);
  const { intents, captured } = await order.atStripe();
  expect([captured, intents.map(({ status }) => status)]).toEqual([0, ['canceled', 'canceled']]);
});

test('when one card cannot be captured nobody is charged', async () => {
  const three = await group(3);
  const { order, payers } = three;
  const [last, ...first] = payers.toReversed() as [Payer, Payer, Payer];
  await payAll(three, first);
  // The last payer's bank releases her authorization before it is captured.
  const declined = { type: 'card_error', code: 'card_declined', message: 'Your card was declined.' };
  system.stripe.faults.add({
    ...{ kind: 'answer', method: 'POST', path: '/v1/payment_intents/*/capture' },
    ...{ skip: 2, status: 402, error: declined },
  });
  await payAll(three, [last]);
  await order.untilStatus('canceled');
  await order.untilClosed();
  const { captured, refunded } = await order.atStripe();
  expect(captured - refunded).toBe(0);
  expect((await order.read()).reason).toBe('capture_failed');
});

test('cash for one share and cards for the others', async () => {
  const three = await group(3);
  const { order, payers } = three;
  const [ada, ben, mia] = payers as [Payer, Payer, Payer];
  await payAll(three, [ada, ben]);
  expect((await order.payInCash(50, undefined, mia.shareId)).status).toBe(200);
  await order.untilStatus('confirmed');
  const { shares } = await order.read();
  expect(shares.map(({ method }) => method).sort()).toEqual(['card', 'card', 'cash']);
  expect((await order.atStripe()).captured).toBe(ada.amount + ben.amount);
});

test('canceled while one is authorized and one is at her bank: what was authorized is voided', async () => {
  const two = await group(2);
  const { order, payers } = two;
  const [ada, ben] = payers as [Payer, Payer];
  await payAll(two, [ada]);
  const asked = await order.payShare(ben.guest, ben.shareId, 'pm_card_authenticationRequired');
  expect(asked.body.payment.status).toBe('requires_action');
  expect((await order.cancel()).status).toBe(200);
  await order.untilClosed();
  expect(await statuses(two)).toEqual(['voided', 'voided']);
  const { intents, captured } = await order.atStripe();
  expect([captured, intents.map(({ status }) => status)]).toEqual([0, ['canceled', 'canceled']]);
});

test('a cancellation that was accepted is honored when the card says yes meanwhile: voided, nothing to refund', async () => {
  const two = await group(2);
  const { order, payers } = two;
  const [ada, ben] = payers as [Payer, Payer];
  await payAll(two, [ada]);
  const confirm = {
    kind: 'latency',
    method: 'POST',
    path: '/v1/payment_intents/*/confirm',
    ms: 2_000,
  } as const;
  const slow = system.stripe.faults.add(confirm);
  const paying = order.payShare(ben.guest, ben.shareId, GOOD);
  await until('the last card is being asked', () => slow.hits > 0);
  expect((await order.cancel()).status).toBe(200);
  await paying;
  await order.untilClosed();
  const { intents, captured, refunded } = await order.atStripe();
  expect([captured, refunded]).toEqual([0, 0]);
  expect(intents.map(({ status }) => status)).toEqual(['canceled', 'canceled']);
  expect((await order.read()).refundedAmount).toBe(0);
});

test('the workflow starts anew from the record with each share as it stands there', async () => {
  const three = await group(3);
  const { order, payers } = three;
  const [ada, ben, mia] = payers as [Payer, Payer, Payer];
  await payAll(three, [ada]);
  await order.workflow.terminate('lost');
  const { orders } = system.databases;
  expect(await resumeOrder({ orders, temporal: system.temporal }, order.id)).toBe('resumed');
  await payAll(three, [ben, mia]);
  await order.untilStatus('confirmed');
  expect((await order.atStripe()).intents).toHaveLength(3);
});

test.each<[string, (of: { amount: number; orderId: string }) => object]>([
  ['amount', ({ amount, orderId }) => intent(amount + 1, 'eur', orderId, '1')],
  ['currency', ({ amount, orderId }) => intent(amount, 'usd', orderId, '1')],
  ['order', ({ amount }) => intent(amount, 'eur', 'another order', '1')],
  ['bill version', ({ amount, orderId }) => intent(amount, 'eur', orderId, '2')],
])(
  'an intent of another %s is never ours: nobody is charged, a person is asked, and another card pays',
  async (_what, make) => {
    const one = await group(1);
    const { order, payers } = one;
    const [ada] = payers as [Payer];
    // She confirms by herself, on the page.
    expect((await order.payShare(ada.guest, ada.shareId)).body.payment.status).toBe('requires_action');
    const foreign = await system.stripeApi.paymentIntents.create({
      ...make({ amount: ada.amount, orderId: order.id }),
      ...{ capture_method: 'manual', payment_method: GOOD, confirm: true },
      allowed_payment_method_types: ['card'],
    } as never);
    expect(foreign.status).toBe('requires_capture');
    const em = system.databases.orders.em.fork();
    const [before] = await query<{ id: string }>(
      em,
      sql`select stripe_payment_intent_id as id from payments where order_id = ${order.id}`,
    );
    await run(
      em,
      sql`update payments set stripe_payment_intent_id = ${foreign.id} where order_id = ${order.id}`,
    );
    // Back on the page, she asks for the outcome.
    await order.payShare(ada.guest, ada.shareId);
    await order.until('mismatch', ({ attention }) => attention.includes('payment_mismatch'));
    expect(await order.read()).toMatchObject({ status: 'awaiting_payment', paymentStatus: 'unpaid' });
    expect((await order.payShare(ada.guest, ada.shareId, GOOD)).status).toBe(200);
    await order.untilStatus('confirmed');
    expect((await system.stripeApi.paymentIntents.retrieve(foreign.id)).status).toBe('requires_capture');
    // Restores the payment's own PaymentIntent; a person cancels what is left at Stripe.
    await run(
      em,
      sql`update payments set stripe_payment_intent_id = ${before!.id} where order_id = ${order.id} and stripe_payment_intent_id = ${foreign.id}`,
    );
    for (const id of [foreign.id, before!.id]) await system.stripeApi.paymentIntents.cancel(id);
  },
);

function intent(amount: number, currency: string, orderId: string, billVersion: string) {
  return { amount, currency, metadata: { order_id: orderId, bill_version: billVersion } };
}
