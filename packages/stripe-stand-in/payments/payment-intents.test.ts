import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  authorize,
  cardOnly,
  chargeOf,
  errorOf,
  held,
  startStand,
  until,
  type Stand,
} from '../testing/stand.ts';

let stand: Stand;
let stripe: Stripe;
beforeAll(async () => {
  stand = await startStand();
  ({ stripe } = stand);
});
afterAll(() => stand.stop());

describe('a PaymentIntent with manual capture', () => {
  test('goes from created to authorized to captured', async () => {
    const created = await stripe.paymentIntents.create({ ...held, metadata: { order: '7' } });
    expect(created).toMatchObject({
      status: 'requires_payment_method',
      amount: 1250,
      latest_charge: null,
      metadata: { order: '7' },
    });
    expect(created.client_secret).toMatch(new RegExp(`^${created.id}_secret_`));

    const authorized = await stripe.paymentIntents.confirm(created.id, {
      payment_method: 'pm_card_de',
      expand: ['latest_charge'],
    });
    expect(authorized).toMatchObject({
      status: 'requires_capture',
      amount_capturable: 1250,
      amount_received: 0,
    });
    const charge = authorized.latest_charge as Stripe.Charge;
    expect(charge).toMatchObject({
      captured: false,
      paid: true,
      status: 'succeeded',
      amount_captured: 0,
      metadata: { order: '7' },
    });
    expect(charge.payment_method_details?.card?.capture_before).toBe(charge.created + 7 * 86_400);

    const captured = await stripe.paymentIntents.capture(created.id, {}, {});
    expect(captured).toMatchObject({ status: 'succeeded', amount_received: 1250, amount_capturable: 0 });
    const paid = await stripe.charges.retrieve(charge.id, { expand: ['balance_transaction'] });
    expect(paid).toMatchObject({ captured: true, amount_captured: 1250 });
    expect(paid.balance_transaction).toMatchObject({ amount: 1250, fee: 44, net: 1206, type: 'charge' });
  });

  test('captures a part, and releases the rest without a refund', async () => {
    const intent = await authorize(stripe);
    const captured = await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 1000 });
    expect(captured).toMatchObject({
      status: 'succeeded',
      amount: 1250,
      amount_received: 1000,
      amount_capturable: 0,
    });
    expect(await chargeOf(stripe, intent)).toMatchObject({
      amount: 1250,
      amount_captured: 1000,
      amount_refunded: 0,
      refunded: false,
    });
    expect((await stripe.refunds.list({ payment_intent: intent.id })).data).toEqual([]);
  });

  test('captures no more than was authorized', async () => {
    const intent = await authorize(stripe);
    const error = await errorOf(stripe.paymentIntents.capture(intent.id, { amount_to_capture: 1251 }));
    expect(error).toMatchObject({ statusCode: 400, code: 'amount_too_large' });
  });

  test('is released by cancel, without a refund', async () => {
    const intent = await authorize(stripe);
    const canceled = await stripe.paymentIntents.cancel(intent.id, { cancellation_reason: 'abandoned' });
    expect(canceled).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'abandoned',
      amount_capturable: 0,
    });
    expect(canceled.canceled_at).toBeGreaterThan(0);
    expect((await stripe.refunds.list({ payment_intent: intent.id })).data).toEqual([]);
  });

  test('expires seven days after the authorization', async () => {
    const own = await startStand();
    try {
      const intent = await own.stripe.paymentIntents.create({
        ...held,
        confirm: true,
        payment_method: 'pm_card_visa',
      });
      await own.knob('clock', { advance: 7 * 86_400 - 10 });
      expect((await own.stripe.paymentIntents.retrieve(intent.id)).status).toBe('requires_capture');
      await own.knob('clock', { advance: 20 });
      expect(await own.stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
        status: 'canceled',
        cancellation_reason: 'expired',
        amount_capturable: 0,
        canceled_at: intent.created + 7 * 86_400,
      });
      const types = (await own.stripe.events.list({ limit: 3 })).data.map((event) => event.type);
      expect(types).toEqual(expect.arrayContaining(['payment_intent.canceled', 'charge.expired']));
      expect(await errorOf(own.stripe.paymentIntents.capture(intent.id))).toMatchObject({
        code: 'payment_intent_unexpected_state',
      });
    } finally {
      await own.stop();
    }
  });
});

describe('a PaymentIntent with automatic capture', () => {
  test('succeeds at once; its balance transaction follows', async () => {
    const intent = await stripe.paymentIntents.create({
      amount: 500,
      currency: 'usd',
      confirm: true,
      payment_method: 'pm_card_visa',
      ...cardOnly,
    });
    expect(intent).toMatchObject({
      status: 'succeeded',
      capture_method: 'automatic_async',
      amount_received: 500,
    });
    const settled = await until(async () => {
      const charge = await chargeOf(stripe, intent);
      return charge.balance_transaction !== null && charge;
    });
    expect(await stripe.balanceTransactions.retrieve(String(settled.balance_transaction))).toMatchObject({
      fee: 45,
      net: 455,
    });
  });

  test('wants a return_url while redirects are possible', async () => {
    const error = await errorOf(
      stripe.paymentIntents.create({
        amount: 500,
        currency: 'eur',
        confirm: true,
        payment_method: 'pm_card_visa',
      }),
    );
    expect(error).toMatchObject({ statusCode: 400, param: 'return_url' });
    const without = await stripe.paymentIntents.create({
      amount: 500,
      currency: 'eur',
      confirm: true,
      payment_method: 'pm_card_visa',
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    });
    expect(without.status).toBe('succeeded');
  });
});

describe('what a status forbids', () => {
  const reach: Record<string, () => Promise<Stripe.PaymentIntent>> = {
    requires_payment_method: () => stripe.paymentIntents.create(held),
    requires_confirmation: () => stripe.paymentIntents.create({ ...held, payment_method: 'pm_card_visa' }),
    requires_action: () => authorize(stripe, 'pm_card_authenticationRequired'),
    requires_capture: () => authorize(stripe),
    succeeded: async () => stripe.paymentIntents.capture((await authorize(stripe)).id),
    canceled: async () => stripe.paymentIntents.cancel((await stripe.paymentIntents.create(held)).id),
  };
  const calls: Record<string, (id: string) => Promise<Stripe.PaymentIntent>> = {
    confirm: (id) => stripe.paymentIntents.confirm(id),
    capture: (id) => stripe.paymentIntents.capture(id),
    cancel: (id) => stripe.paymentIntents.cancel(id),
    amount: (id) => stripe.paymentIntents.update(id, { amount: 2000 }),
  };
  const outcome: Record<string, Record<string, string>> = {
    requires_payment_method: {
      confirm: '!',
      capture: '!',
      cancel: 'canceled',
      amount: 'requires_payment_method',
    },
    requires_confirmation: {
      confirm: 'requires_capture',
      capture: '!',
      cancel: 'canceled',
      amount: 'requires_confirmation',
    },
    requires_action: {
      confirm: 'requires_action',
      capture: '!',
      cancel: 'canceled',
      amount: 'requires_confirmation',
    },
    requires_capture: { confirm: '!', capture: 'succeeded', cancel: 'canceled', amount: '!' },
    succeeded: { confirm: '!', capture: '!', cancel: '!', amount: '!' },
    canceled: { confirm: '!', capture: '!', cancel: '!', amount: '!' },
  };
  const cases = Object.entries(outcome).flatMap(([status, ends]) =>
    Object.entries(ends).map(([call, end]) => ({ status, call, end })),
  );

  test.each(cases)('$call in $status: $end', async ({ status, call, end }) => {
    const intent = await reach[status]?.();
    expect(intent?.status).toBe(status);
    const doing = calls[call]?.(intent?.id ?? '') ?? Promise.reject(new Error('no such call'));
    if (end !== '!') {
      expect((await doing).status).toBe(end);
      return;
    }
    const error = await errorOf(doing);
    expect(error).toMatchObject({
      statusCode: 400,
      type: 'StripeInvalidRequestError',
      code: 'payment_intent_unexpected_state',
    });
    expect(error.payment_intent).toMatchObject({ id: intent?.id, status });
    expect((await stripe.paymentIntents.retrieve(intent?.id ?? '')).status).toBe(status);
  });
});

test('a card’s own options go before the intent’s', async () => {
  const customer = await stripe.customers.create();
  const intent = await stripe.paymentIntents.create({
    amount: 500,
    currency: 'eur',
    customer: customer.id,
    confirm: true,
    payment_method: 'pm_card_visa',
    payment_method_options: { card: { capture_method: 'manual', setup_future_usage: 'off_session' } },
    ...cardOnly,
  });
  expect(intent).toMatchObject({ status: 'requires_capture', capture_method: 'automatic_async' });
  expect((await stripe.paymentMethods.list({ customer: customer.id })).data.map(({ id }) => id)).toEqual([
    intent.payment_method,
  ]);
  const plain = await stripe.paymentIntents.create({
    ...held,
    payment_method_options: { card: { capture_method: 'manual' } },
  });
  const cleared = await stripe.paymentIntents.update(plain.id, {
    payment_method_options: { card: { capture_method: '', request_three_d_secure: 'any' } },
  });
  expect(cleared.payment_method_options?.card).toMatchObject({ request_three_d_secure: 'any' });
  expect(cleared.payment_method_options?.card).not.toHaveProperty('capture_method');
});

test('where goods go is answered whole', async () => {
  const shipping = { name: 'Ada', address: { line1: 'Main Street 1', country: 'DE' } };
  const intent = await stripe.paymentIntents.create({ ...held, shipping });
  const address = { city: null, line2: null, postal_code: null, state: null, ...shipping.address };
  expect(intent.shipping).toEqual({
    name: 'Ada',
    carrier: null,
    phone: null,
    tracking_number: null,
    address,
  });
  expect((await stripe.paymentIntents.update(intent.id, { shipping: '' })).shipping).toBeNull();
});

test('a card must be left to pay with', async () => {
  for (const kinds of [
    { allowed_payment_method_types: ['ideal'] },
    { excluded_payment_method_types: ['card'] },
  ]) {
    const params = { amount: 500, currency: 'eur', ...kinds } as Stripe.PaymentIntentCreateParams;
    expect(await errorOf(stripe.paymentIntents.create(params))).toMatchObject({ statusCode: 400 });
  }
});

test('captures in several parts are refused, in words', async () => {
  const { id } = await authorize(stripe);
  const partly = stripe.paymentIntents.capture(id, { amount_to_capture: 100, final_capture: false });
  expect(await errorOf(partly)).toMatchObject({ statusCode: 400, param: 'final_capture' });
  expect(
    (await stripe.paymentIntents.capture(id, { amount_to_capture: 100, final_capture: true })).status,
  ).toBe('succeeded');
});

test('a payment in processing may be declined in the end', async () => {
  await stand.knob('faults', { kind: 'processing', path: '/v1/payment_intents/*/confirm', ms: 100 });
  const { id } = await stripe.paymentIntents.create(held);
  const params = { payment_method: 'pm_card_chargeDeclinedInsufficientFunds' };
  expect((await stripe.paymentIntents.confirm(id, params)).status).toBe('processing');
  await until(async () => (await stripe.paymentIntents.retrieve(id)).status === 'requires_payment_method');
  expect(await stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] })).toMatchObject({
    last_payment_error: { decline_code: 'insufficient_funds' },
    latest_charge: { status: 'failed', failure_code: 'card_declined' },
  });
});

test('a payment may stay in processing first', async () => {
  await stand.knob('faults', { kind: 'processing', path: '/v1/payment_intents/*/confirm', ms: 100 });
  const intent = await stripe.paymentIntents.create(held);
  expect((await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' })).status).toBe(
    'processing',
  );
  await until(async () => (await stripe.paymentIntents.retrieve(intent.id)).status === 'requires_capture');
});
