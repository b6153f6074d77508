import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fits, routes } from './routes.ts';
import {
  authorize,
  cardOnly,
  errorOf,
  held,
  startEndpoint,
  startStand,
  type Stand,
} from '../testing/stand.ts';

/* Every call there is, made by the official SDK. */
let stand: Stand;
let stripe: Stripe;
beforeAll(async () => {
  stand = await startStand({ laterSeconds: 0 });
  ({ stripe } = stand);
});
afterAll(() => stand.stop());

test('payments and what comes of them', async () => {
  const { id } = await authorize(stripe, 'pm_card_createDispute');
  await stripe.paymentIntents.update(id, { metadata: { a: '1' } });
  await stripe.paymentIntents.capture(id);
  const { data } = await stripe.disputes.list({ payment_intent: id });
  const dispute = data[0]?.id ?? '';
  expect(await stripe.disputes.retrieve(dispute)).toMatchObject({ reason: 'fraudulent' });
  await stripe.disputes.update(dispute, { metadata: { a: '1' } });
  expect(await stripe.disputes.close(dispute)).toMatchObject({ status: 'lost' });

  const paid = await stripe.paymentIntents.confirm((await stripe.paymentIntents.create(held)).id, {
    payment_method: 'pm_card_visa',
  });
  await stripe.paymentIntents.capture(paid.id);
  const refund = await stripe.refunds.create({ payment_intent: paid.id, amount: 100 });
  await stripe.refunds.update(refund.id, { metadata: { a: '1' } });
  expect(await errorOf(stripe.refunds.cancel(refund.id))).toMatchObject({ statusCode: 400 });
  expect((await stripe.refunds.retrieve(refund.id)).metadata).toEqual({ a: '1' });
  expect((await stripe.refunds.list({ payment_intent: paid.id })).data).toHaveLength(1);
  const charge = String(paid.latest_charge);
  await stripe.charges.update(charge, { description: 'Tea' });
  expect((await stripe.charges.retrieve(charge)).description).toBe('Tea');
  expect((await stripe.charges.list({ payment_intent: paid.id })).data).toHaveLength(1);
  expect(await stripe.rawRequest('GET', `/v1/charges/${charge}/refunds`)).toMatchObject({
    data: [{ id: refund.id }],
  });
  const [movement] = (await stripe.balanceTransactions.list({ source: charge })).data;
  expect(await stripe.balanceTransactions.retrieve(movement?.id ?? '')).toMatchObject({
    type: 'charge',
    fee_details: [{ type: 'stripe_fee', amount: movement?.fee }],
    net: 1250 - (movement?.fee ?? 0),
  });

  await stripe.paymentIntents.cancel((await authorize(stripe)).id);
  expect((await stripe.paymentIntents.list({ limit: 1 })).data).toMatchObject([{ status: 'canceled' }]);
  expect((await stripe.paymentIntents.retrieve(paid.id)).amount_received).toBe(1250);
});

test('customers and their cards', async () => {
  const customer = await stripe.customers.create({ name: 'Ada' });
  await stripe.customers.update(customer.id, { email: 'ada@example.test' });
  expect((await stripe.customers.list({ email: 'ada@example.test' })).data).toHaveLength(1);
  const made = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } });
  await stripe.paymentMethods.attach(made.id, { customer: customer.id });
  await stripe.paymentMethods.update(made.id, { metadata: { a: '1' } });
  expect((await stripe.paymentMethods.retrieve(made.id)).metadata).toEqual({ a: '1' });
  expect((await stripe.paymentMethods.list({ customer: customer.id })).data).toHaveLength(1);
  expect((await stripe.customers.listPaymentMethods(customer.id)).data).toHaveLength(1);
  expect((await stripe.customers.retrievePaymentMethod(customer.id, made.id)).id).toBe(made.id);
  await stripe.paymentMethods.detach(made.id);

  const setup = await stripe.setupIntents.create({ customer: customer.id, ...cardOnly });
  await stripe.setupIntents.update(setup.id, { payment_method: 'pm_card_visa' });
  expect((await stripe.setupIntents.confirm(setup.id)).status).toBe('succeeded');
  expect((await stripe.setupIntents.retrieve(setup.id)).status).toBe('succeeded');
  await stripe.setupIntents.cancel((await stripe.setupIntents.create()).id);
  expect((await stripe.setupIntents.list({ customer: customer.id })).data).toHaveLength(1);

  expect((await stripe.customers.retrieve(customer.id)).deleted).toBeUndefined();
  await stripe.customers.del(customer.id);
});

test('events and where they go', async () => {
  const endpoint = await startEndpoint();
  try {
    const made = await stripe.webhookEndpoints.create({ url: endpoint.url, enabled_events: ['*'] });
    await stripe.webhookEndpoints.update(made.id, { description: 'Mine' });
    expect((await stripe.webhookEndpoints.retrieve(made.id)).description).toBe('Mine');
    expect((await stripe.webhookEndpoints.list()).data).toHaveLength(1);
    await stripe.webhookEndpoints.del(made.id);
    const [event] = (await stripe.events.list({ limit: 1, created: { gte: 1 } })).data;
    expect((await stripe.events.retrieve(event?.id ?? '')).type).toBe(event?.type);
  } finally {
    await endpoint.stop();
  }
});

test('no call was forgotten here', async () => {
  const { items } = (await stand.knob('requests?limit=10000')) as {
    items: { method: string; path: string }[];
  };
  const uncalled = routes.filter((route) => !items.some(({ method, path }) => fits(route, method, path)));
  expect(uncalled.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});
