import type Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { errorOf, startStand, type Stand } from './testing.ts';

let stand: Stand;
let stripe: Stripe;
beforeAll(async () => {
  stand = await startStand();
  ({ stripe } = stand);
});
afterEach(() => stand.server.faults.clear());
afterAll(() => stand.stop());

const held = {
  amount: 1250,
  currency: 'eur',
  capture_method: 'manual',
  allowed_payment_method_types: ['card'],
} satisfies Stripe.PaymentIntentCreateParams;
let lastKey = 0;
const newKey = (): { idempotencyKey: string } => ({ idempotencyKey: `key-${(lastKey += 1)}` });
const countIntents = async (): Promise<number> =>
  (await stripe.paymentIntents.list({ limit: 100 })).data.length;

describe('the same key', () => {
  test('with the same parameters gives the first answer, and says so', async () => {
    const key = newKey();
    const first = await stripe.paymentIntents.create(held, key);
    const again = await stripe.paymentIntents.create(held, key);
    expect(again).toEqual(first);
    expect(first.lastResponse.headers['idempotent-replayed']).toBeUndefined();
    expect(again.lastResponse.headers).toMatchObject({
      'idempotent-replayed': 'true',
      'original-request': first.lastResponse.requestId,
    });
    expect(again.lastResponse.requestId).not.toBe(first.lastResponse.requestId);
  });

  test('with other parameters is refused', async () => {
    const key = newKey();
    await stripe.paymentIntents.create(held, key);
    const error = await errorOf(stripe.paymentIntents.create({ ...held, amount: 1300 }, key));
    expect(error).toMatchObject({
      statusCode: 400,
      type: 'StripeIdempotencyError',
      rawType: 'idempotency_error',
    });
  });

  test('for another call is refused', async () => {
    const key = newKey();
    const intent = await stripe.paymentIntents.create(held, key);
    const error = await errorOf(stripe.paymentIntents.cancel(intent.id, {}, key));
    expect(error).toMatchObject({
      statusCode: 400,
      type: 'StripeIdempotencyError',
      message: /same endpoint/,
    });
  });

  test('while the first request is under way is 409', async () => {
    const key = newKey();
    const before = await countIntents();
    await stand.knob('faults', {
      kind: 'latency',
      method: 'POST',
      path: '/v1/payment_intents',
      ms: 300,
      count: 1,
    });
    const settled = await Promise.allSettled(
      Array.from({ length: 5 }, () => stripe.paymentIntents.create(held, key)),
    );
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of settled) {
      if (one.status === 'rejected')
        expect(one.reason).toMatchObject({
          statusCode: 409,
          code: 'idempotency_key_in_use',
          rawType: 'idempotency_error',
        });
    }
    expect(await countIntents()).toBe(before + 1);
    expect((await stripe.paymentIntents.create(held, key)).lastResponse.headers['idempotent-replayed']).toBe(
      'true',
    );
  });

  test('a day later does the thing anew', async () => {
    const own = await startStand();
    try {
      const first = await own.stripe.paymentIntents.create(held, { idempotencyKey: 'old' });
      await own.knob('clock', { advance: 24 * 3600 - 60 });
      expect((await own.stripe.paymentIntents.create(held, { idempotencyKey: 'old' })).id).toBe(first.id);
      await own.knob('clock', { advance: 120 });
      expect((await own.stripe.paymentIntents.create(held, { idempotencyKey: 'old' })).id).not.toBe(first.id);
    } finally {
      await own.stop();
    }
  });
});

describe('what is kept for a key', () => {
  test('a decline: the same 402, and one failed charge', async () => {
    const intent = await stripe.paymentIntents.create(held);
    const key = newKey();
    const pay = (): Promise<unknown> =>
      stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_chargeDeclined' }, key);
    const first = await errorOf(pay());
    const again = await errorOf(pay());
    expect(again).toMatchObject({ statusCode: 402, charge: first.charge, decline_code: 'generic_decline' });
    expect((await stripe.charges.list({ payment_intent: intent.id })).data).toHaveLength(1);
  });

  test('a refusal during execution: the same 400, though the state has changed since', async () => {
    const intent = await stripe.paymentIntents.create(held);
    const key = newKey();
    await errorOf(stripe.paymentIntents.capture(intent.id, {}, key));
    await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
    expect(await errorOf(stripe.paymentIntents.capture(intent.id, {}, key))).toMatchObject({
      code: 'payment_intent_unexpected_state',
    });
  });

  test.each(['error_before', 'error_after'])('a 500 of %s', async (kind) => {
    const key = newKey();
    const before = await countIntents();
    await stand.knob('faults', { kind, method: 'POST', path: '/v1/payment_intents' });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      expect(await errorOf(stripe.paymentIntents.create(held, key))).toMatchObject({
        statusCode: 500,
        type: 'StripeAPIError',
      });
    }
    expect(await countIntents()).toBe(before + (kind === 'error_after' ? 1 : 0));
  });

  test('nothing, when the parameters were refused: the key may be used for better ones', async () => {
    const key = newKey();
    await errorOf(stripe.paymentIntents.create({ ...held, amount: 1 }, key));
    await errorOf(stripe.paymentIntents.create({ ...held, nonsense: 1 } as never, key));
    expect((await stripe.paymentIntents.create(held, key)).amount).toBe(1250);
  });

  test('nothing, when the request was turned away by 429', async () => {
    const key = newKey();
    await stand.knob('faults', { kind: 'rate_limit', path: '/v1/payment_intents', retryAfter: 3 });
    const error = await errorOf(stripe.paymentIntents.create(held, key));
    expect(error).toMatchObject({
      statusCode: 429,
      type: 'StripeRateLimitError',
      headers: { 'retry-after': '3' },
    });
    expect((await stripe.paymentIntents.create(held, key)).status).toBe('requires_payment_method');
  });
});
