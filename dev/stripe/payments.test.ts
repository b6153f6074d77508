import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testCards } from './cards.ts';
import { errorOf, startStand, until, type Stand } from './testing.ts';

let stand: Stand;
let stripe: Stripe;
beforeAll(async () => {
  stand = await startStand();
  ({ stripe } = stand);
});
afterAll(() => stand.stop());

const card = { allowed_payment_method_types: ['card'] } satisfies Partial<Stripe.PaymentIntentCreateParams>;
const held = {
  amount: 1250,
  currency: 'eur',
  capture_method: 'manual',
  ...card,
} satisfies Stripe.PaymentIntentCreateParams;
const authorize = (paymentMethod = 'pm_card_visa'): Promise<Stripe.PaymentIntent> =>
  stripe.paymentIntents.create({ ...held, confirm: true, payment_method: paymentMethod });
const chargeOf = async (intent: Stripe.PaymentIntent): Promise<Stripe.Charge> =>
  stripe.charges.retrieve(String(intent.latest_charge));

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
    const intent = await authorize();
    const captured = await stripe.paymentIntents.capture(intent.id, { amount_to_capture: 1000 });
    expect(captured).toMatchObject({
      status: 'succeeded',
      amount: 1250,
      amount_received: 1000,
      amount_capturable: 0,
    });
    expect(await chargeOf(intent)).toMatchObject({
      amount: 1250,
      amount_captured: 1000,
      amount_refunded: 0,
      refunded: false,
    });
    expect((await stripe.refunds.list({ payment_intent: intent.id })).data).toEqual([]);
  });

  test('captures no more than was authorized', async () => {
    const intent = await authorize();
    const error = await errorOf(stripe.paymentIntents.capture(intent.id, { amount_to_capture: 1251 }));
    expect(error).toMatchObject({ statusCode: 400, code: 'amount_too_large' });
  });

  test('is released by cancel, without a refund', async () => {
    const intent = await authorize();
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
      ...card,
    });
    expect(intent).toMatchObject({
      status: 'succeeded',
      capture_method: 'automatic_async',
      amount_received: 500,
    });
    const settled = await until(async () => {
      const charge = await chargeOf(intent);
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
    requires_action: () => authorize('pm_card_authenticationRequired'),
    requires_capture: () => authorize(),
    succeeded: async () => stripe.paymentIntents.capture((await authorize()).id),
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

describe('every test card by its pm_card_ id', () => {
  const cases = testCards.flatMap((testCard) => testCard.names.map((name) => ({ name, testCard })));
  test.each(cases)('pm_card_$name', async ({ name, testCard }) => {
    const paying = stripe.paymentIntents.create({
      ...held,
      confirm: true,
      payment_method: `pm_card_${name}`,
    });
    if (testCard.decline) {
      const error = await errorOf(paying);
      expect(error).toMatchObject({
        type: 'StripeCardError',
        rawType: 'card_error',
        statusCode: 402,
        code: testCard.decline.code,
        message: testCard.decline.message,
        doc_url: `https://stripe.com/docs/error-codes/${testCard.decline.code.replaceAll('_', '-')}`,
      });
      expect(error.decline_code).toBe(testCard.decline.decline_code ?? '');
      expect(error.payment_intent).toMatchObject({
        status: 'requires_payment_method',
        payment_method: null,
        latest_charge: error.charge,
      });
      expect(error.payment_intent?.last_payment_error).toMatchObject({
        code: testCard.decline.code,
        type: 'card_error',
        charge: error.charge,
      });
      expect(error.payment_method?.card?.last4).toBe(testCard.number.slice(-4));
      expect(await stripe.charges.retrieve(error.charge ?? '')).toMatchObject({
        status: 'failed',
        paid: false,
        failure_code: testCard.decline.code,
      });
      return;
    }
    const asks = testCard.authentication !== undefined && testCard.authentication !== 'supported';
    const intent = await paying;
    expect(intent.status).toBe(asks ? 'requires_action' : 'requires_capture');
    if (!asks)
      expect((await chargeOf(intent)).payment_method_details?.card).toMatchObject({
        brand: testCard.brand,
        country: testCard.country,
      });
  });

  test.each(testCards.map(({ number }) => number))('%s by its number, from a browser', async (number) => {
    const made = await stand.browser('POST', '/v1/payment_methods', {
      type: 'card',
      'card[number]': number,
      'card[exp_month]': '12',
      'card[exp_year]': '2034',
      'card[cvc]': '123',
    });
    expect(made).toMatchObject({ status: 200, body: { card: { last4: number.slice(-4) } } });
  });

  test('another card is tried on the same intent after a decline', async () => {
    const intent = await stripe.paymentIntents.create(held);
    await errorOf(stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_chargeDeclined' }));
    const paid = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
    expect(paid).toMatchObject({ status: 'requires_capture', last_payment_error: null });
    expect(
      (await stripe.charges.list({ payment_intent: intent.id })).data.map((charge) => charge.status),
    ).toEqual(['succeeded', 'failed']);
  });
});

describe('3-D Secure', () => {
  test('passed, authorizes and says so on the charge', async () => {
    const intent = await authorize('pm_card_authenticationRequired');
    expect(intent.next_action?.type).toBe('use_stripe_sdk');
    await stand.knob(`payment_intents/${intent.id}/authenticate`, {});
    const after = await stripe.paymentIntents.retrieve(intent.id);
    expect(after).toMatchObject({ status: 'requires_capture', next_action: null });
    expect((await chargeOf(after)).payment_method_details?.card?.three_d_secure).toMatchObject({
      result: 'authenticated',
    });
  });

  test('failed, leaves the intent to another card', async () => {
    const intent = await authorize('pm_card_threeDSecure2Required');
    await stand.knob(`payment_intents/${intent.id}/fail_authentication`, {});
    const after = await stripe.paymentIntents.retrieve(intent.id);
    expect(after).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    });
  });

  test('with a return_url goes by redirect', async () => {
    const intent = await stripe.paymentIntents.create({
      ...held,
      confirm: true,
      payment_method: 'pm_card_authenticationRequired',
      return_url: 'https://shop.test/back',
    });
    expect(intent.next_action?.redirect_to_url?.return_url).toBe('https://shop.test/back');
  });

  test('is a decline when the customer is not there, or when no action is wanted', async () => {
    for (const extra of [{ off_session: true }, { error_on_requires_action: true }]) {
      const error = await errorOf(
        stripe.paymentIntents.create({
          ...held,
          confirm: true,
          payment_method: 'pm_card_authenticationRequired',
          ...extra,
        }),
      );
      expect(error).toMatchObject({ statusCode: 402, code: 'authentication_required' });
    }
  });

  test('with manual confirmation comes back to the server', async () => {
    const intent = await stripe.paymentIntents.create({
      ...held,
      confirmation_method: 'manual',
      confirm: true,
      payment_method: 'pm_card_authenticationRequired',
    });
    await stand.knob(`payment_intents/${intent.id}/authenticate`, {});
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('requires_confirmation');
    expect((await stripe.paymentIntents.confirm(intent.id)).status).toBe('requires_capture');
  });
});

describe('refunds', () => {
  const paid = async (paymentMethod = 'pm_card_visa'): Promise<Stripe.PaymentIntent> =>
    stripe.paymentIntents.capture((await authorize(paymentMethod)).id);

  test('by parts, never more than was captured', async () => {
    const intent = await paid();
    const first = await stripe.refunds.create({
      payment_intent: intent.id,
      amount: 500,
      reason: 'requested_by_customer',
      metadata: { line: '1' },
    });
    expect(first).toMatchObject({
      status: 'succeeded',
      amount: 500,
      metadata: { line: '1' },
      reason: 'requested_by_customer',
    });
    const error = await errorOf(stripe.refunds.create({ payment_intent: intent.id, amount: 751 }));
    expect(error.message).toBe('Refund amount (€7.51) is greater than unrefunded amount on charge (€7.50)');
    await stripe.refunds.create({ charge: String(intent.latest_charge) });
    expect(await chargeOf(intent)).toMatchObject({ amount_refunded: 1250, refunded: true });
    expect(await errorOf(stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({
      code: 'charge_already_refunded',
    });
    expect(
      (await stripe.refunds.list({ payment_intent: intent.id })).data.map((refund) => refund.amount),
    ).toEqual([750, 500]);
  });

  test('twenty at once never refund more than was captured', async () => {
    const intent = await paid();
    const settled = await Promise.allSettled(
      Array.from({ length: 20 }, () => stripe.refunds.create({ payment_intent: intent.id, amount: 200 })),
    );
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(6);
    expect((await chargeOf(intent)).amount_refunded).toBe(1200);
  });

  test('of what was not captured are refused', async () => {
    const intent = await authorize();
    expect(await errorOf(stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({
      statusCode: 400,
    });
    expect(await errorOf(stripe.refunds.create({ charge: String(intent.latest_charge) }))).toMatchObject({
      code: 'charge_not_refundable',
    });
  });

  test('pending ones succeed later, failing ones fail later and give the money back', async () => {
    const own = await startStand({ laterSeconds: 0 });
    try {
      const pay = async (paymentMethod: string): Promise<Stripe.PaymentIntent> =>
        own.stripe.paymentIntents.create({
          amount: 900,
          currency: 'eur',
          confirm: true,
          payment_method: paymentMethod,
          ...card,
        });
      const pending = await own.stripe.refunds.create({
        payment_intent: (await pay('pm_card_pendingRefund')).id,
      });
      expect(pending.status).toBe('pending');
      expect((await own.stripe.refunds.retrieve(pending.id)).status).toBe('succeeded');
      const failing = await own.stripe.refunds.create({
        payment_intent: (await pay('pm_card_refundFail')).id,
      });
      expect(failing.status).toBe('succeeded');
      expect(await own.stripe.refunds.retrieve(failing.id)).toMatchObject({
        status: 'failed',
        failure_reason: 'expired_or_canceled_card',
      });
      expect(await own.stripe.charges.retrieve(String(failing.charge))).toMatchObject({
        amount_refunded: 0,
        refunded: false,
      });
      const types = (await own.stripe.events.list({ limit: 100 })).data.map((event) => event.type);
      expect(types).toEqual(
        expect.arrayContaining(['refund.failed', 'refund.updated', 'charge.refund.updated']),
      );
    } finally {
      await own.stop();
    }
  });
});

test('the dispute card is disputed once it was captured, and then not refunded', async () => {
  const own = await startStand({ laterSeconds: 0 });
  try {
    const intent = await own.stripe.paymentIntents.create({
      ...held,
      confirm: true,
      payment_method: 'pm_card_createDispute',
    });
    await own.stripe.paymentIntents.capture(intent.id);
    const dispute = (await own.stripe.disputes.list({ payment_intent: intent.id })).data[0];
    expect(dispute).toMatchObject({ amount: 1250, reason: 'fraudulent', status: 'needs_response' });
    expect(await errorOf(own.stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({
      code: 'charge_disputed',
    });
    const types = (await own.stripe.events.list({ limit: 10 })).data.map((event) => event.type);
    expect(types).toEqual(
      expect.arrayContaining(['charge.dispute.created', 'charge.dispute.funds_withdrawn']),
    );
  } finally {
    await own.stop();
  }
});

test('saved cards: set up with 3-D Secure, listed for the customer, charged without her', async () => {
  const customer = await stripe.customers.create({ email: 'ada@example.test' });
  const setup = await stripe.setupIntents.create({
    customer: customer.id,
    payment_method: 'pm_card_authenticationRequiredOnSetup',
    confirm: true,
    ...card,
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
});

test('a payment may stay in processing first', async () => {
  await stand.knob('faults', { kind: 'processing', path: '/v1/payment_intents/*/confirm', ms: 100 });
  const intent = await stripe.paymentIntents.create(held);
  expect((await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' })).status).toBe(
    'processing',
  );
  await until(async () => (await stripe.paymentIntents.retrieve(intent.id)).status === 'requires_capture');
});
