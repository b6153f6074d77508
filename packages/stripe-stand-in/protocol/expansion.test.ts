import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cardOnly, errorOf, startStand, type Stand } from '../testing/stand.ts';

let stand: Stand;
let stripe: Stripe;
let customer: string;
let intent: Stripe.PaymentIntent;
beforeAll(async () => {
  stand = await startStand();
  ({ stripe } = stand);
  ({ id: customer } = await stripe.customers.create());
  intent = await stripe.paymentIntents.create({
    amount: 1250,
    currency: 'eur',
    customer,
    capture_method: 'automatic',
    confirm: true,
    payment_method: 'pm_card_visa',
    setup_future_usage: 'on_session',
    ...cardOnly,
  });
  await stripe.refunds.create({ payment_intent: intent.id, amount: 100 });
});
afterAll(() => stand.stop());

const expanded = (...expand: string[]): Promise<Stripe.PaymentIntent> =>
  stripe.paymentIntents.retrieve(intent.id, { expand });

test('ids become objects, down to four levels', async () => {
  const path = 'latest_charge.balance_transaction.source.customer';
  expect(await expanded(path, 'payment_method.customer')).toMatchObject({
    latest_charge: { balance_transaction: { source: { customer: { id: customer } } } },
    payment_method: { customer: { id: customer } },
  });
});

test('what is not there is left as it is', async () => {
  expect((await expanded('on_behalf_of', 'review')).review).toBeNull();
});

test('a charge shows its refunds when they are asked for', async () => {
  const charge = String(intent.latest_charge);
  expect(await stripe.charges.retrieve(charge)).not.toHaveProperty('refunds');
  expect(
    await stripe.charges.retrieve(charge, { expand: ['refunds.data.balance_transaction'] }),
  ).toMatchObject({
    refunds: { object: 'list', data: [{ amount: 100, balance_transaction: { amount: -100 } }] },
  });
});

test('lists are expanded through data, which counts as a level', async () => {
  const list = (path: string): Promise<unknown> => stripe.charges.list({ expand: [path] });
  expect(await list('data.payment_intent.payment_method.customer')).toMatchObject({
    data: [{ payment_intent: { payment_method: { customer: { id: customer } } } }],
  });
  expect(await errorOf(list('data.balance_transaction.source.payment_intent.customer'))).toMatchObject({
    statusCode: 400,
    code: 'property_expansion_max_depth',
  });
  expect(await errorOf(list('customer'))).toMatchObject({
    message:
      "This property cannot be expanded (customer). You may want to try expanding 'data.customer' instead.",
  });
});

test.each(['nothing', 'amount', 'metadata', 'latest_charge.amount', 'client_secret'])(
  'not %s',
  async (path) => {
    expect(await errorOf(expanded(path))).toMatchObject({
      statusCode: 400,
      message: `This property cannot be expanded (${path}).`,
    });
  },
);
