import type Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { errorOf, startStand, type Stand } from '../testing/stand.ts';

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

test('a key is at most 255 characters long', async () => {
  expect((await stripe.paymentIntents.create(held, { idempotencyKey: 'k'.repeat(255) })).amount).toBe(1250);
  expect(
    await errorOf(stripe.paymentIntents.create(held, { idempotencyKey: 'k'.repeat(256) })),
  ).toMatchObject({ statusCode: 400, type: 'StripeIdempotencyError', message: /up to 255 characters/ });
});

test('GET and DELETE take no notice of a key', async () => {
  const key = newKey();
  const { id } = await stripe.customers.create({ name: 'Ada' }, key);
  const list = await stripe.customers.list({ limit: 1 }, key);
  expect(list.lastResponse.headers['idempotent-replayed']).toBeUndefined();
  expect(await stripe.customers.del(id, {}, key)).toMatchObject({ deleted: true });
  expect(await errorOf(stripe.customers.del(id, {}, key))).toMatchObject({ statusCode: 404 });
});

test('the order of parameters does not make another request', async () => {
  const post = (body: string): Promise<Response> =>
    fetch(`${stand.server.url}/v1/customers`, {
      method: 'POST',
      body: new URLSearchParams(body),
      headers: { Authorization: 'Bearer sk_test_suite', 'Idempotency-Key': 'sorted' },
    });
  await post('name=Ada&email=ada@example.test');
  expect((await post('email=ada@example.test&name=Ada')).headers.get('idempotent-replayed')).toBe('true');
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

  test('a decline that error_after hides is a 500 for good, and the intent tells of it', async () => {
    const key = newKey();
    const { id } = await stripe.paymentIntents.create(held);
    await stand.knob('faults', { kind: 'error_after', path: '/v1/payment_intents/*/confirm' });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      const paying = stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_chargeDeclined' }, key);
      expect(await errorOf(paying)).toMatchObject({ statusCode: 500 });
    }
    expect(await stripe.paymentIntents.retrieve(id)).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { decline_code: 'generic_decline' },
    });
    expect((await stripe.charges.list({ payment_intent: id })).data).toHaveLength(1);
  });

  test('what error_after cannot hide: a request that was refused before anything was done', async () => {
    await stand.knob('faults', { kind: 'error_after', path: '/v1/payment_intents' });
    expect(await errorOf(stripe.paymentIntents.create({ ...held, amount: 1 }))).toMatchObject({
      statusCode: 400,
    });
  });

  test('an answer of one’s own, but not one that is given before execution', async () => {
    for (const [status, kept] of [
      [400, true],
      [500, true],
      [409, false],
      [429, false],
    ] as const) {
      const key = newKey();
      await stand.knob('faults', { kind: 'answer', method: 'POST', path: '/v1/payment_intents', status });
      expect(await errorOf(stripe.paymentIntents.create(held, key))).toMatchObject({ statusCode: status });
      const again = stripe.paymentIntents.create(held, key);
      if (kept) expect(await errorOf(again)).toMatchObject({ statusCode: status });
      else expect((await again).status).toBe('requires_payment_method');
    }
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
