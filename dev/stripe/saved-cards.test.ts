import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cardOnly, errorOf, held, startStand, type Stand } from './testing.ts';

let stand: Stand;
let stripe: Stripe;
beforeAll(async () => {
  stand = await startStand();
  ({ stripe } = stand);
});
afterAll(() => stand.stop());

test('saved cards: set up with 3-D Secure, listed for the customer, charged without her', async () => {
  const customer = await stripe.customers.create({ email: 'ada@example.test' });
  const setup = await stripe.setupIntents.create({
    customer: customer.id,
    payment_method: 'pm_card_authenticationRequiredOnSetup',
    confirm: true,
    ...cardOnly,
  });
  expect(setup.status).toBe('requires_action');
  await stand.knob(`payment_intents/${setup.id}/authenticate`, {});
  const saved = (await stripe.paymentMethods.list({ customer: customer.id, type: 'card' })).data[0];
  expect(saved?.id).toBe(setup.payment_method);
  const paid = await stripe.paymentIntents.create({
    ...held,
    customer: customer.id,
    payment_method: saved?.id ?? '',
    off_session: true,
    confirm: true,
  });
  expect(paid.status).toBe('requires_capture');
  expect(
    await errorOf(stripe.paymentIntents.create({ ...held, payment_method: saved?.id ?? '' })),
  ).toMatchObject({ statusCode: 400, param: 'payment_method' });
  await stripe.paymentMethods.detach(saved?.id ?? '');
  expect((await stripe.paymentMethods.list({ customer: customer.id })).data).toEqual([]);
  const again = stripe.paymentIntents.create({ ...held, payment_method: saved?.id ?? '', confirm: true });
  expect((await errorOf(again)).message).toMatch(/It may not be used again/);
});

test('a payment method that belongs to nobody is charged once, declined or not; one that is saved, again', async () => {
  const customer = await stripe.customers.create();
  const pay = async (payment_method: string, more: object) => {
    const intent = await stripe.paymentIntents.create({ ...held, customer: customer.id });
    return stripe.paymentIntents.confirm(intent.id, { payment_method, ...more });
  };
  for (const token of ['tok_visa', 'tok_chargeDeclined']) {
    const { id } = await stripe.paymentMethods.create({ type: 'card', card: { token } });
    await pay(id, {}).catch(() => undefined);
    expect((await errorOf(pay(id, {}))).message).toMatch(/It may not be used again/);
    expect((await errorOf(stripe.paymentMethods.attach(id, { customer: customer.id }))).message).toMatch(
      /may not be used again/,
    );
  }
  const { id } = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_visa' } });
  await pay(id, { setup_future_usage: 'on_session' });
  expect(await pay(id, {})).toMatchObject({ status: 'requires_capture', payment_method: id });
});
