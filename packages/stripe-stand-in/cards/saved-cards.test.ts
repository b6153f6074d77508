import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cardOnly, errorOf, held, startStand, type Stand } from '../testing/stand.ts';

let stand: Stand;
let stripe: Stripe;
beforeAll(async () => {
  stand = await startStand();
  ({ stripe } = stand);
});
afterAll(() => stand.stop());

const newCard = (token = 'tok_visa'): Promise<Stripe.PaymentMethod> =>
  stripe.paymentMethods.create({ type: 'card', card: { token } });
const newCustomer = async (): Promise<string> => (await stripe.customers.create()).id;
const pay = (payment_method: string, more: object = {}): Promise<Stripe.PaymentIntent> =>
  stripe.paymentIntents.create({ ...held, confirm: true, payment_method, ...more });
const cardsOf = async (customer: string): Promise<string[]> =>
  (await stripe.paymentMethods.list({ customer })).data.map(({ id }) => id);

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
  const paid = await pay(saved?.id ?? '', { customer: customer.id, off_session: true });
  expect(paid.status).toBe('requires_capture');
  expect(
    await errorOf(stripe.paymentIntents.create({ ...held, payment_method: saved?.id ?? '' })),
  ).toMatchObject({ statusCode: 400, param: 'payment_method' });
  await stripe.paymentMethods.detach(saved?.id ?? '');
  expect(await cardsOf(customer.id)).toEqual([]);
});

describe('a payment method without a customer', () => {
  const REFUSED = /previously used with a PaymentIntent without Customer attachment/;

  test('pays once', async () => {
    const { id } = await newCard();
    expect((await pay(id)).status).toBe('requires_capture');
    expect(await errorOf(pay(id))).toMatchObject({ statusCode: 400, message: REFUSED });
  });

  test('fails to pay once', async () => {
    const { id } = await newCard('tok_chargeDeclined');
    expect(await errorOf(pay(id))).toMatchObject({ statusCode: 402 });
    expect(await errorOf(pay(id))).toMatchObject({ statusCode: 400, message: REFUSED });
  });

  test('is not attached once it was used', async () => {
    const { id } = await newCard();
    await pay(id);
    expect(await errorOf(stripe.paymentMethods.attach(id, { customer: await newCustomer() }))).toMatchObject({
      statusCode: 400,
      message: /may not be used again/,
    });
  });

  test('is kept by setup_future_usage, and pays again', async () => {
    const customer = await newCustomer();
    const { id } = await newCard();
    await pay(id, { customer, setup_future_usage: 'on_session' });
    expect(await cardsOf(customer)).toEqual([id]);
    expect((await pay(id, { customer })).status).toBe('requires_capture');
  });

  test('is not kept when the payment is declined', async () => {
    const customer = await newCustomer();
    const { id } = await newCard('tok_chargeDeclined');
    await errorOf(pay(id, { customer, setup_future_usage: 'on_session' }));
    expect(await cardsOf(customer)).toEqual([]);
  });
});

describe('attaching', () => {
  test('asks the bank: a declined card is not attached', async () => {
    const customer = await newCustomer();
    const attached = stripe.paymentMethods.attach('pm_card_chargeDeclinedExpiredCard', { customer });
    expect(await errorOf(attached)).toMatchObject({ statusCode: 402, code: 'expired_card' });
    await stripe.paymentMethods.attach('pm_card_chargeCustomerFail', { customer });
    const [saved] = await cardsOf(customer);
    expect(await errorOf(pay(saved ?? '', { customer }))).toMatchObject({ code: 'card_declined' });
  });

  test('needs a customer that is there', async () => {
    const attached = stripe.paymentMethods.attach('pm_card_visa', { customer: 'cus_nobody' });
    expect(await errorOf(attached)).toMatchObject({ statusCode: 404, param: 'customer' });
    expect(await errorOf(stripe.paymentMethods.list({ customer: 'cus_nobody' }))).toMatchObject({
      statusCode: 404,
    });
  });

  test('is undone for good', async () => {
    const customer = await newCustomer();
    const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    expect(await errorOf(stripe.paymentMethods.attach(id, { customer: await newCustomer() }))).toMatchObject({
      code: 'payment_method_unexpected_state',
    });
    await stripe.paymentMethods.detach(id);
    expect(await errorOf(stripe.paymentMethods.detach(id))).toMatchObject({ statusCode: 400 });
    expect(await errorOf(stripe.paymentMethods.attach(id, { customer }))).toMatchObject({ statusCode: 400 });
    expect(await errorOf(pay(id))).toMatchObject({ statusCode: 400 });
  });

  test('ends with the customer', async () => {
    const customer = await newCustomer();
    const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    await stripe.customers.del(customer);
    expect((await stripe.paymentMethods.retrieve(id)).customer).toBeNull();
    expect(await stripe.customers.retrieve(customer)).toMatchObject({ id: customer, deleted: true });
    expect(await errorOf(stripe.customers.update(customer, { name: 'Ada' }))).toMatchObject({
      statusCode: 404,
    });
    expect(await errorOf(pay(id))).toMatchObject({ statusCode: 400 });
  });
});

describe('the card that a customer prefers', () => {
  const settings = (id: string): Stripe.CustomerUpdateParams => ({
    invoice_settings: { default_payment_method: id },
  });

  test('is attached to her, and forgotten when it is detached', async () => {
    const customer = await newCustomer();
    const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
    await stripe.customers.update(customer, settings(id));
    expect(
      await stripe.customers.retrieve(customer, { expand: ['invoice_settings.default_payment_method'] }),
    ).toMatchObject({ invoice_settings: { default_payment_method: { id, type: 'card' } } });
    await stripe.paymentMethods.detach(id);
    expect(await stripe.customers.retrieve(customer)).toMatchObject({
      invoice_settings: { default_payment_method: null },
    });
  });

  test('cannot be somebody else’s', async () => {
    const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer: await newCustomer() });
    expect(await errorOf(stripe.customers.update(await newCustomer(), settings(id)))).toMatchObject({
      statusCode: 400,
      param: 'invoice_settings[default_payment_method]',
    });
  });

  test('may come with the customer', async () => {
    const { id, invoice_settings } = await stripe.customers.create({
      payment_method: 'pm_card_visa',
      ...settings('pm_card_visa'),
    });
    expect(await cardsOf(id)).toEqual([invoice_settings.default_payment_method]);
  });
});

test('cards are listed by whether they may be shown again; a saved one can be changed', async () => {
  const customer = await newCustomer();
  const { id } = await stripe.paymentMethods.attach('pm_card_visa', { customer });
  await stripe.paymentMethods.attach('pm_card_mastercard', { customer });
  await stripe.paymentMethods.update(id, {
    allow_redisplay: 'always',
    billing_details: { address: { city: 'Berlin' } },
    card: { exp_month: 3, exp_year: 2041 },
  });
  const shown = await stripe.customers.listPaymentMethods(customer, { allow_redisplay: 'always' });
  expect(shown.data).toMatchObject([
    {
      id,
      billing_details: { address: { city: 'Berlin', line1: null } },
      card: { exp_month: 3, exp_year: 2041 },
    },
  ]);
  expect(await stripe.customers.retrievePaymentMethod(customer, id)).toMatchObject({ id });
  const { id: loose } = await newCard();
  expect(await errorOf(stripe.paymentMethods.update(loose, { allow_redisplay: 'always' }))).toMatchObject({
    statusCode: 400,
  });
});

describe('a SetupIntent', () => {
  test('is made, changed, and canceled', async () => {
    const customer = await newCustomer();
    const { id, status } = await stripe.setupIntents.create({ usage: 'on_session' });
    expect(status).toBe('requires_payment_method');
    const changed = await stripe.setupIntents.update(id, {
      customer,
      payment_method: 'pm_card_visa',
      metadata: { a: '1' },
    });
    expect(changed).toMatchObject({ status: 'requires_confirmation', customer, metadata: { a: '1' } });
    expect(await stripe.setupIntents.cancel(id, { cancellation_reason: 'abandoned' })).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'abandoned',
    });
    expect(await errorOf(stripe.setupIntents.confirm(id))).toMatchObject({
      code: 'setup_intent_unexpected_state',
    });
    expect((await stripe.setupIntents.list({ customer })).data.map((one) => one.id)).toEqual([id]);
  });

  test('is declined like a payment, and tried with another card', async () => {
    const customer = await newCustomer();
    const { id } = await stripe.setupIntents.create({ customer, ...cardOnly });
    const error = await errorOf(
      stripe.setupIntents.confirm(id, { payment_method: 'pm_card_chargeDeclined' }),
    );
    expect(error).toMatchObject({ statusCode: 402, code: 'card_declined' });
    expect(error.setup_intent).toMatchObject({ id, status: 'requires_payment_method' });
    const done = await stripe.setupIntents.confirm(id, { payment_method: 'pm_card_visa' });
    expect(done.status).toBe('succeeded');
    expect(await cardsOf(customer)).toEqual([done.payment_method]);
  });

  test('whose 3-D Secure is failed keeps nothing', async () => {
    const customer = await newCustomer();
    const setup = await stripe.setupIntents.create({
      customer,
      payment_method: 'pm_card_authenticationRequired',
      confirm: true,
      ...cardOnly,
    });
    await stand.knob(`payment_intents/${setup.id}/fail_authentication`, {});
    expect(await stripe.setupIntents.retrieve(setup.id)).toMatchObject({
      status: 'requires_payment_method',
      last_setup_error: { code: 'setup_intent_authentication_failure' },
    });
    expect(await cardsOf(customer)).toEqual([]);
  });
});
