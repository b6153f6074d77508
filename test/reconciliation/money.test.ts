/** Differences in money beyond the plain cases of every-kind.test.ts, and mends that fail or race. */

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Difference } from '../../domain/contract/reconciliation.ts';
import { placeOrder } from '../harness/buyer.ts';
import type { System } from '../harness/system.ts';
import { signUp, Visitor } from '../setup/visitor.ts';
import { startComparing, type Operator } from './find-and-mend.ts';
import { AT_ONCE, canceled, confirmed, rewrite, strayIntent } from './plants.ts';

let system: System;
let operator: Operator;
let variantId: string;
beforeAll(async () => {
  ({ system, operator, variantId } = await startComparing());
});
afterEach(() => system.stripe.faults.clear());
afterAll(() => system?.stop());

const press = (who: Visitor, { id, action }: Difference, key?: string) =>
  who.post(`/api/differences/${id}/mend`, { action }, key ? { key } : {});
const statusOf = async (intentId: string) =>
  (await system.stripeApi.paymentIntents.retrieve(intentId)).status;

/** Creates and finds an open authorization of an order that has ended. */
async function openAuthorization(): Promise<Difference & { intentId: string }> {
  const order = await canceled(system, variantId);
  const { id } = await strayIntent(system, order.id, AT_ONCE);
  const found = await operator.find('open_authorization', ({ intentId }) => intentId === id);
  return { ...found, intentId: id };
}

test('a payment that Stripe knows nothing of is told of, and the money that nobody asked for', async () => {
  const order = await confirmed(system, variantId);
  const [intent] = (await order.atStripe()).intents;
  const point = (id: string) =>
    rewrite(system, `update payments set stripe_payment_intent_id = ? where order_id = ?`, id, order.id);
  await point('pi_gone');
  const missing = await operator.find('order_without_money', ({ intentId }) => intentId === 'pi_gone');
  expect(missing).toMatchObject({ orderId: order.id, action: null, details: { intentStatus: 'missing' } });
  const left = await operator.compare();
  expect(left.find(({ intentId }) => intentId === intent!.id)).toMatchObject({
    kind: 'money_without_order',
    amount: 500,
  });
  await point(intent!.id);
  expect(await operator.compare()).toEqual([]);
  const { body } = await operator.admin.get(`/api/differences?status=closed`);
  expect(body.items.find(({ id }: Difference) => id === missing.id)).toMatchObject({ status: 'closed' });
});

test.each([
  [700, 'order_without_money', 200],
  [300, 'amount_differs', 200],
] as const)('an order over %i of which 500 was taken is told of', async (total, kind, amount) => {
  const order = await confirmed(system, variantId);
  const set = (value: number) =>
    rewrite(system, `update orders set total_amount = ? where id = ?`, value, order.id);
  await set(total);
  const found = await operator.find(kind, ({ orderId }) => orderId === order.id);
  expect(found).toMatchObject({ amount, action: null, details: { orderAmount: total, paidAmount: 500 } });
  await set(500);
  expect(await operator.compare()).toEqual([]);
});

test('what was paid in cash, before a card or after one, is no order without money', async () => {
  const order = await placeOrder(system, { variantId });
  await order.pay('pm_card_chargeDeclined');
  await order.payInCash();
  const returned = await placeOrder(system, { variantId });
  await returned.payInCash();
  await returned.cancel();
  await returned.untilClosed();
  expect(await operator.compare()).toEqual([]);
});

test.each(['error_before', 'error_after'] as const)(
  'Stripe fails while a difference is mended (%s): it is tried again',
  async (kind) => {
    const found = await openAuthorization();
    system.stripe.faults.add({ kind, method: 'POST', path: `/v1/payment_intents/${found.intentId}/cancel` });
    await operator.mend(found);
    expect(await statusOf(found.intentId)).toBe('canceled');
  },
);

test('what Stripe refuses is written down with the reason, and can be asked for again', async () => {
  const found = await openAuthorization();
  system.stripe.faults.add({
    kind: 'answer',
    method: 'POST',
    path: `/v1/payment_intents/${found.intentId}/cancel`,
    status: 400,
    error: { type: 'invalid_request_error', code: 'charge_disputed', message: 'No.' },
  });
  const reply = await press(operator.admin, found);
  expect(reply).toMatchObject({
    status: 200,
    body: {
      difference: {
        status: 'open',
        mends: [{ outcome: 'failed', note: 'charge_disputed', by: 'A admin' }],
      },
    },
  });
  await operator.mend(found);
});

test('what is gone by itself closes, and nothing is done', async () => {
  const found = await openAuthorization();
  await system.stripeApi.paymentIntents.cancel(found.intentId);
  const { body } = await press(operator.admin, found);
  expect(body.difference).toMatchObject({
    status: 'closed',
    mends: [{ outcome: 'mended', note: 'gone_already' }],
  });
});

test('what has become something else is not mended as what it was', async () => {
  const order = await canceled(system, variantId);
  const { id } = await strayIntent(system, order.id);
  const found = await operator.find('orphaned_intent', ({ intentId }) => intentId === id);
  await system.stripeApi.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
  const { body } = await press(operator.admin, found);
  expect(body.difference.mends[0]).toMatchObject({ outcome: 'mended', note: 'gone_already' });
  expect(await statusOf(id)).toBe('requires_capture');
  await operator.findAndMend('open_authorization', ({ intentId }) => intentId === id);
});

test('two admins, and one who presses twice, have it mended once', async () => {
  const found = await openAuthorization();
  const other = new Visitor(system.url);
  await signUp(other, system.databases, 'admin');
  const keys = ['a-key-that-is-long-enough-to-be-taken', 'another-key-that-is-long-enough'];
  const replies = await Promise.all([
    press(operator.admin, found, keys[0]),
    press(operator.admin, found, keys[0]),
    press(other, found, keys[1]),
  ]);
  expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
  // Whoever began it reads the same again; for the other there is nothing left to mend.
  const again = await Promise.all([press(operator.admin, found, keys[0]), press(other, found, keys[1])]);
  expect(again.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  expect(again.find(({ status }) => status === 200)?.body.difference.mends).toHaveLength(1);
  const late = await press(other, found);
  expect(late).toMatchObject({ status: 409, body: { error: { code: 'version_conflict' } } });
});

test('another action than the one that is offered is refused', async () => {
  const found = await openAuthorization();
  const reply = await operator.admin.post(`/api/differences/${found.id}/mend`, { action: 'refund' });
  expect(reply).toMatchObject({ status: 400, body: { error: { code: 'invalid_request' } } });
  await operator.mend(found);
});
