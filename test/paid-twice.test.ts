/**
 * Money that Stripe captures for a share already paid: somebody captures an older PaymentIntent in the dashboard,
 * or one that we canceled succeeds anyway. It is detected, booked, reported and refunded; the order does not change.
 */

import { randomUUID } from 'node:crypto';
import { statement } from './setup/statement.ts';
import { query } from '../db/sql.ts';
import type Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Difference } from '../domain/contract/reconciliation.ts';
import { openDashboard } from './harness/at-stripe.ts';
import { PlacedOrder, placeOrder } from './harness/buyer.ts';
import type { System } from './harness/system.ts';
import { until } from './harness/until.ts';
import { startComparing, type Operator } from './reconciliation/find-and-mend.ts';
import type { Seated } from './setup/tabs.ts';
import { Visitor } from './setup/visitor.ts';
import { Group } from './tabs/groups.ts';
import { refuseRefund, rewrite, serve, strayIntent } from './reconciliation/plants.ts';

let system: System;
let operator: Operator;
let variantId: string;
let dashboard: Stripe;
beforeAll(async () => {
  ({ system, operator, variantId } = await startComparing());
  dashboard = openDashboard(system);
});
afterEach(() => system.stripe.faults.clear());
// The invariants check that each share is charged once and that the ledger agrees with Stripe.
afterAll(() => system?.stop());

const TIP = 50;
const rows = (text: string, ...values: unknown[]) =>
  query<Record<string, string & number>>(system.databases.orders.em.fork(), statement(text, ...values));

/** An order whose payer was sent to her bank, then `pay`s another way, so that her first payment is abandoned. */
async function paidOtherwise(pay = 'pm_card_visa'): Promise<PlacedOrder> {
  const order = await placeOrder(system, { variantId });
  await order.pay('pm_card_authenticationRequired');
  await order.until('sent to the bank', ({ shares }) => shares[0]?.status === 'requires_action');
  await order.pay(pay, TIP);
  return order;
}

async function confirmed(): Promise<PlacedOrder> {
  const order = await paidOtherwise();
  await order.untilStatus('confirmed');
  return order;
}

/** The PaymentIntent of the abandoned payment, as if Stripe had never canceled it. */
async function revive(order: PlacedOrder): Promise<string> {
  const payment = await until('it is given up', async () => {
    const sql = `select id, stripe_payment_intent_id as intent from payments where order_id = ? and status = 'canceled'`;
    return (await rows(sql, order.id))[0];
  });
  const { amount, metadata } = await dashboard.paymentIntents.retrieve(payment['intent']!);
  const { id } = await strayIntent(system, order.id, { amount, metadata });
  await rewrite(system, `update payments set stripe_payment_intent_id = ? where id = ?`, id, payment['id']);
  return id;
}

async function take(intentId: string): Promise<void> {
  await dashboard.paymentIntents.confirm(intentId, { payment_method: 'pm_card_mastercard' });
  await dashboard.paymentIntents.capture(intentId);
}

const givenBack = (intentId: string) =>
  until('all of it went back', async () => {
    const intent = await dashboard.paymentIntents.retrieve(intentId, { expand: ['latest_charge'] });
    const charge = intent.latest_charge as Stripe.Charge;
    return charge.amount_captured > 0 && charge.amount_refunded === charge.amount_captured;
  });

/** Expects one refund, booked, and a mail to the payer. `isBesides`: the order is paid otherwise, or may still be. */
async function expectReturned(
  order: PlacedOrder,
  intentId: string,
  { isBesides = true } = {},
): Promise<void> {
  await givenBack(intentId);
  const booked = () =>
    rows(
      `select t.kind, sum(e.amount)::int as amount from payments p
         join ledger_transactions t on t.reference_id = p.id or t.reference_id in (select id from refunds where payment_id = p.id)
         join ledger_entries e on e.transaction_id = t.id
       where p.stripe_payment_intent_id = ? and e.account = 'stripe' and t.kind in ('capture', 'refund')
       group by t.kind order by t.kind`,
      intentId,
    );
  await until('it is booked', async () => (await booked()).length === 2);
  expect(await booked()).toEqual([
    { kind: 'capture', amount: 500 },
    { kind: 'refund', amount: -500 },
  ]);
  const types = await order.types();
  expect(types.filter((type) => type === 'late_payment')).toHaveLength(1);
  const listed = await system.agent.get(`/api/orders/${order.id}/refunds`);
  const late = listed.body.items.filter((each: { isBesides: boolean }) => each.isBesides === isBesides);
  expect(late.at(-1)).toMatchObject({ amount: 500, status: 'succeeded' });
  await until('she is told', async () => {
    const sql = `select status from mails where order_id = ? and type = 'refund_issued'`;
    const mails = await rows(sql, order.id);
    return mails.length > 0 && mails.every(({ status }) => status === 'sent');
  });
}

const attentionList = async () =>
  (await system.agent.get('/api/orders?attention=true')).body.items.map(({ id }: { id: string }) => id);

test.each([
  ['goes on', async () => undefined, { status: 'confirmed', paymentStatus: 'paid', refundedAmount: 0 }],
  ['was served', serve, { status: 'completed', paymentStatus: 'paid', refundedAmount: 0 }],
  [
    'was canceled, so that its own money went back',
    async (order: PlacedOrder) => {
      await order.cancel();
      await order.untilClosed();
    },
    { status: 'canceled', paymentStatus: 'refunded', refundedAmount: 500 + TIP },
  ],
] as const)('of an order that %s: it is told of, and goes back by itself', async (_what, go, stays) => {
  const order = await confirmed();
  await go(order);
  const intentId = await revive(order);
  await take(intentId);
  await expectReturned(order, intentId);
  expect(await order.read()).toMatchObject({ ...stays, tipsAmount: TIP, needsAttention: 'late_payment' });
  expect(await attentionList()).toContain(order.id);
  const told = await dashboard.events.list({ type: 'payment_intent.succeeded', limit: 5 });
  const event = told.data.find(({ data }) => (data.object as { id: string }).id === intentId)!;
  await fetch(`${system.stripe.url}/_/events/${event.id}/resend`, { method: 'POST' });
  expect(await operator.compare()).toEqual([]);
});

test('while the share is still to be paid: it goes back, and the other payment pays', async () => {
  const order = await paidOtherwise('pm_card_authenticationRequired');
  const intentId = await revive(order);
  await take(intentId);
  await expectReturned(order, intentId);
  const { status, shares } = await order.read();
  expect([status, shares[0]!.status]).toEqual(['awaiting_payment', 'requires_action']);
  expect((await order.pay('pm_card_visa', TIP)).status).toBe(200);
  await order.untilStatus('confirmed');
});

test('of an order that ended unpaid, whose authorization had been voided: each payment of it goes back', async () => {
  const order = await placeOrder(system, { variantId });
  await order.pay('pm_card_authenticationRequired');
  await order.until('sent to the bank', ({ shares }) => shares[0]?.status === 'requires_action');
  await order.pay('pm_card_authenticationRequired', TIP);
  const first = await revive(order);
  const second = (await order.atStripe()).intents.find(({ amount }) => amount === 500 + TIP)!;
  system.stripe.faults.add({
    kind: 'answer',
    method: 'POST',
    path: `/v1/payment_intents/${second.id}/capture`,
    status: 402,
    error: { type: 'card_error', code: 'card_declined', message: 'Your card was declined.' },
  });
  await fetch(`${system.stripe.url}/_/payment_intents/${second.id}/authenticate`, { method: 'POST' });
  expect(await order.untilClosed()).toMatchObject({ status: 'canceled', reason: 'capture_failed' });
  const again = await strayIntent(system, order.id, { amount: 500 + TIP, metadata: second.metadata });
  await rewrite(
    system,
    `update payments set stripe_payment_intent_id = ? where stripe_payment_intent_id = ?`,
    again.id,
    second.id,
  );
  await Promise.all([take(first), take(again.id)]);
  await Promise.all([givenBack(first), givenBack(again.id)]);
  await until('both are booked', async () => {
    const refunded = (await order.types()).filter((type) => type === 'refunded');
    return refunded.length === 2;
  });
  expect(await operator.compare()).toEqual([]);
});

/** Ada's part of a tab that is paid after, at her bank when her time ran out; Ben owes as much. */
async function claimOutOfTime() {
  const email = `${randomUUID()}@guest.test`;
  const group = await Group.openAfter(system, ['Ada', 'Ben'], { email });
  const [ada, ben] = group.people as [Seated, Seated];
  for (const one of group.people) await group.add(one, variantId);
  await group.orderLines(ada);
  const shortly = new Visitor(await system.urlWithHold(4_000));
  shortly.guestToken = ada.guestToken;
  // On a busy machine the bank may ask too late.
  const claim = await until('sent to the bank in time', async () => {
    const card = { paymentMethodId: 'pm_card_authenticationRequired' };
    const { status, body } = await group.payPart({ who: shortly }, { kind: 'mine' }, card);
    return status === 201 && body.payment?.status === 'requires_action' && body;
  });
  const order = new PlacedOrder(system, ada.who, claim.order.id as string);
  const [intent] = (await order.atStripe()).intents;
  await order.untilStatus('expired');
  await fetch(`${system.stripe.url}/_/payment_intents/${intent!.id}/authenticate`, { method: 'POST' });
  const { status, amount_received } = await dashboard.paymentIntents.retrieve(intent!.id);
  expect([status, amount_received]).toEqual(['canceled', 0]);
  return { group, ada, ben, order };
}

test.each([
  ['whose part is still open', false],
  ['whose part another has paid', true],
])(
  'of a claim that has ended, %s: it goes back whole, and the tab owes what it owed',
  async (_what, isPaid) => {
    const { group, ada, ben, order } = await claimOutOfTime();
    if (isPaid) expect((await group.payPart(ben, { kind: 'rest' })).status).toBe(201);
    const before = await group.read();
    expect([before.owedAmount, before.claims]).toEqual([isPaid ? 0 : 1000, []]);
    const intentId = await revive(order);
    await take(intentId);
    // Nothing else ever pays the share of a claim that has ended.
    await expectReturned(order, intentId, { isBesides: false });
    expect(await order.read()).toMatchObject({ status: 'expired', needsAttention: 'late_payment' });
    expect(await attentionList()).toContain(order.id);
    const { owedAmount, paidAmount, payments } = await group.read();
    expect([owedAmount, paidAmount, payments]).toEqual([
      before.owedAmount,
      before.paidAmount,
      before.payments,
    ]);
    // Nobody was charged for it, so it is paid as ever.
    const again = await group.payPart(ada, { kind: 'mine' });
    expect(again.status === 201 ? again.body.share.amount : again.body.error.code).toBe(
      isPaid ? 'nothing_owed' : 500,
    );
    expect(await operator.compare()).toEqual([]);
  },
);

test('Stripe told nobody of it: it is found, and its button gives it back', async () => {
  const order = await confirmed();
  const intentId = await revive(order);
  system.stripe.faults.add({ kind: 'webhook_drop', count: null });
  await take(intentId);
  const found = await operator.find('money_without_order', (difference) => difference.intentId === intentId);
  expect(found).toMatchObject({ action: 'refund', amount: 500, orderId: order.id });
  await operator.mend(found);
  await expectReturned(order, intentId);
  expect(await order.read()).toMatchObject({ status: 'confirmed', paymentStatus: 'paid', refundedAmount: 0 });
  expect(await operator.compare()).toEqual([]);
});

test('Stripe refuses to give it back: a person is asked, and a later mend does it', async () => {
  const order = await confirmed();
  const intentId = await revive(order);
  refuseRefund(system);
  await take(intentId);
  await order.until('a person is asked', ({ needsAttention }) => needsAttention === 'refund_failed');
  const is = (difference: Difference) => difference.intentId === intentId;
  await operator.findAndMend('money_without_order', is);
  await expectReturned(order, intentId);
  expect(await order.read()).toMatchObject({ paymentStatus: 'paid', refundedAmount: 0 });
});

test('what is only set aside is found, and its button lets go of it', async () => {
  const order = await confirmed();
  const intentId = await revive(order);
  await dashboard.paymentIntents.confirm(intentId, { payment_method: 'pm_card_mastercard' });
  await operator.findAndMend('open_authorization', (difference) => difference.intentId === intentId);
  expect((await order.atStripe()).captured).toBe(500 + TIP);
});

test('what no payment of ours knows, though it names the share, is found and given back', async () => {
  const order = await confirmed();
  const [paid] = (await order.atStripe()).intents.filter(({ status }) => status === 'succeeded');
  const { id } = await strayIntent(system, order.id, { metadata: paid!.metadata });
  await take(id);
  await operator.findAndMend('money_without_order', ({ intentId }) => intentId === id);
  await givenBack(id);
  expect(await order.read()).toMatchObject({ status: 'confirmed', paymentStatus: 'paid', refundedAmount: 0 });
});

/** She approved at her bank and somebody captured it in the dashboard, but no webhook has arrived yet. */
async function takenUnheard(): Promise<{ order: PlacedOrder; intentId: string }> {
  const order = await placeOrder(system, { variantId });
  await order.pay('pm_card_authenticationRequired');
  await order.until('sent to the bank', ({ shares }) => shares[0]?.status === 'requires_action');
  const [{ id }] = (await order.atStripe()).intents as [Stripe.PaymentIntent];
  system.stripe.faults.add({ kind: 'webhook_drop', count: null });
  await fetch(`${system.stripe.url}/_/payment_intents/${id}/authenticate`, { method: 'POST' });
  await dashboard.paymentIntents.capture(id);
  return { order, intentId: id };
}

test('the first payment was taken when she tries another card: it pays the share, and the card is not charged', async () => {
  const { order } = await takenUnheard();
  expect((await order.pay('pm_card_visa', TIP)).status).toBe(200);
  await order.untilStatus('confirmed');
  expect(await order.atStripe()).toMatchObject({ captured: 500, refunded: 0 });
  expect(await order.read()).toMatchObject({ paymentStatus: 'paid', tipsAmount: 0, needsAttention: null });
});

test('the first payment was taken when she pays in cash: she gets the cash back, and the next try finds it paid', async () => {
  const { order } = await takenUnheard();
  expect((await order.payInCash(TIP)).status).toBe(409);
  expect((await order.pay('pm_card_visa', TIP)).status).toBe(200);
  await order.untilStatus('confirmed');
  expect(await order.atStripe()).toMatchObject({ captured: 500, refunded: 0 });
});
