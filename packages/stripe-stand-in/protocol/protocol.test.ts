import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorOf, held, startStand, type Stand } from '../testing/stand.ts';

let stand: Stand;
let stripe: Stripe;
beforeAll(async () => {
  stand = await startStand();
  ({ stripe } = stand);
});
afterAll(() => stand.stop());

describe('parameters', () => {
  const cases: [string, object, object][] = [
    [
      'unknown',
      { ...held, colour: 'red' },
      { code: 'parameter_unknown', param: 'colour', message: 'Received unknown parameter: colour' },
    ],
    [
      'unknown, deep',
      { ...held, shipping: { name: 'A', address: {}, colour: 1 } },
      { code: 'parameter_unknown', param: 'shipping[colour]' },
    ],
    [
      'missing amount',
      { currency: 'eur' },
      { code: 'parameter_missing', param: 'amount', message: 'Missing required param: amount.' },
    ],
    ['missing currency', { amount: 100 }, { code: 'parameter_missing', param: 'currency' }],
    [
      'no integer',
      { ...held, amount: 12.5 },
      { code: 'parameter_invalid_integer', param: 'amount', message: 'Invalid integer: 12.5' },
    ],
    ['negative', { ...held, amount: -5 }, { code: 'parameter_invalid_integer', param: 'amount' }],
    ['zero', { ...held, amount: 0 }, { code: 'parameter_invalid_integer', param: 'amount' }],
    [
      'too small',
      { ...held, amount: 49 },
      { code: 'amount_too_small', message: 'Amount must be at least €0.50 eur' },
    ],
    ['too large', { ...held, amount: 100_000_000 }, { code: 'amount_too_large' }],
    ['no currency', { ...held, currency: 'xxx' }, { param: 'currency' }],
    ['bad enum', { ...held, capture_method: 'later' }, { param: 'capture_method' }],
    ['bad boolean', { ...held, confirm: 'yes' }, { param: 'confirm', message: 'Invalid boolean: yes' }],
    ['metadata not a hash', { ...held, metadata: 'x' }, { param: 'metadata' }],
    ['metadata key too long', { ...held, metadata: { ['k'.repeat(41)]: 'x' } }, { param: 'metadata' }],
    ['metadata value too long', { ...held, metadata: { k: 'x'.repeat(501) } }, { param: 'metadata[k]' }],
    [
      'payment_method_types',
      { amount: 100, currency: 'eur', payment_method_types: ['card'] },
      { code: 'payment_method_types_no_longer_supported' },
    ],
    [
      'no such payment method',
      { ...held, payment_method: 'pm_nope' },
      { statusCode: 404, code: 'resource_missing', message: "No such PaymentMethod: 'pm_nope'" },
    ],
    ['return_url without confirm', { ...held, return_url: 'https://shop.test/' }, { param: 'return_url' }],
  ];
  test.each(cases)('%s', async (_name, params, expected) => {
    const before = (await stripe.paymentIntents.list({ limit: 1 })).data[0]?.id;
    const error = await errorOf(stripe.paymentIntents.create(params as Stripe.PaymentIntentCreateParams));
    expect(error).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError', ...expected });
    expect(error.requestId).toMatch(/^req_/);
    expect((await stripe.paymentIntents.list({ limit: 1 })).data[0]?.id).toBe(before);
  });

  test('zero- and three-decimal currencies keep their least amounts', async () => {
    expect((await stripe.paymentIntents.create({ ...held, currency: 'jpy', amount: 50 })).amount).toBe(50);
    expect(
      await errorOf(stripe.paymentIntents.create({ ...held, currency: 'jpy', amount: 49 })),
    ).toMatchObject({ message: 'Amount must be at least ¥50 jpy' });
  });

  test.each([
    ['kwd', 1005, 1010, {}],
    ['bhd', 1234, 1230, {}],
    ['isk', 10_050, 10_100, { code: 'invalid_charge_amount_no_decimal_compatible' }],
  ])('%s has no such fraction as %i', async (currency, refused, taken, expected) => {
    const error = await errorOf(stripe.paymentIntents.create({ ...held, currency, amount: refused }));
    expect(error).toMatchObject({ statusCode: 400, param: 'amount', ...expected });
    const { id } = await stripe.paymentIntents.create({
      ...held,
      currency,
      amount: taken,
      confirm: true,
      payment_method: 'pm_card_visa',
    });
    expect(await errorOf(stripe.paymentIntents.capture(id, { amount_to_capture: taken - 1 }))).toMatchObject({
      param: 'amount_to_capture',
    });
    await stripe.paymentIntents.capture(id);
    expect(await errorOf(stripe.refunds.create({ payment_intent: id, amount: 1 }))).toMatchObject({
      statusCode: 400,
      param: 'amount',
    });
    await stripe.refunds.create({ payment_intent: id });
  });

  test.each(['2019-2-19', '2030-01-01.future', 'nonsense'])('there is no version %s', async (apiVersion) => {
    expect(await errorOf(stripe.paymentIntents.list({}, { apiVersion }))).toMatchObject({
      statusCode: 400,
      message: `Invalid Stripe API version: ${apiVersion}`,
    });
  });

  test('an older API version still takes payment_method_types', async () => {
    const params = {
      amount: 100,
      currency: 'eur',
      payment_method_types: ['card'],
    } as unknown as Stripe.PaymentIntentCreateParams;
    const intent = await stripe.paymentIntents.create(params, { apiVersion: '2025-03-31.basil' });
    expect(intent.payment_method_types).toEqual(['card']);
    expect(intent.lastResponse.apiVersion).toBe('2025-03-31.basil');
  });
});

describe('routes and keys', () => {
  const get = (path: string, key?: string): Promise<Response> =>
    fetch(stand.server.url + path, key === undefined ? {} : { headers: { Authorization: `Bearer ${key}` } });

  test('an unknown route is 404 in words', async () => {
    const response = await get('/v1/nothing', 'sk_test_x');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({
      error: { type: 'invalid_request_error', message: /^Unrecognized request URL \(GET: \/v1\/nothing\)/ },
    });
  });

  test.each([
    [undefined, 401],
    ['nonsense', 401],
    ['sk_live_abc', 401],
    ['pk_test_x', 403],
    ['sk_test_x', 200],
  ])('key %s: %i', async (key, status) => {
    expect((await get('/v1/payment_intents', key)).status).toBe(status);
  });

  test('a publishable key sees one intent, with its client secret, and not everything of it', async () => {
    const intent = await stripe.paymentIntents.create({ ...held, metadata: { secret: 'yes' } });
    const path = `/v1/payment_intents/${intent.id}`;
    const seen = await stand.browser('GET', path, { client_secret: String(intent.client_secret) });
    expect(seen).toMatchObject({ status: 200, body: { id: intent.id, amount: 1250 } });
    expect(seen.body).not.toHaveProperty('metadata');
    expect((await stand.browser('GET', path, { client_secret: `${intent.id}_secret_wrong` })).status).toBe(
      400,
    );
    expect(await stand.browser('GET', path, {})).toMatchObject({
      status: 400,
      body: { error: { code: 'parameter_missing', param: 'client_secret' } },
    });
    expect((await stand.browser('POST', `${path}/capture`, {})).status).toBe(403);
  });

  test('card numbers are not taken with a secret key', async () => {
    const made = stripe.paymentMethods.create({
      type: 'card',
      card: { number: '4242424242424242', exp_month: 12, exp_year: 2034 },
    });
    expect(await errorOf(made)).toMatchObject({ statusCode: 402 });
    const byToken = await stripe.paymentMethods.create({ type: 'card', card: { token: 'tok_mastercard' } });
    expect(byToken.card?.brand).toBe('mastercard');
  });

  test('a body that is not form-encoded is refused', async () => {
    const response = await fetch(`${stand.server.url}/v1/payment_intents`, {
      method: 'POST',
      headers: { Authorization: 'Bearer sk_test_x', 'Content-Type': 'application/json' },
      body: '{"amount":100}',
    });
    expect(response.status).toBe(400);
  });
});

test('metadata are merged, and forgotten by an empty value', async () => {
  const intent = await stripe.paymentIntents.create({ ...held, metadata: { a: '1', b: '2' } });
  const updated = await stripe.paymentIntents.update(intent.id, { metadata: { b: '', c: '3' } });
  expect(updated.metadata).toEqual({ a: '1', c: '3' });
  expect((await stripe.paymentIntents.update(intent.id, { metadata: '' })).metadata).toEqual({});
});

test('the log tells every request, without card numbers or client secrets', async () => {
  const intent = await stripe.paymentIntents.create(held, { idempotencyKey: 'logged' });
  await stand.browser('GET', `/v1/payment_intents/${intent.id}`, {
    client_secret: String(intent.client_secret),
  });
  await stand.browser('POST', '/v1/payment_methods', {
    type: 'card',
    'card[number]': '4242424242424242',
    'card[exp_month]': '1',
    'card[exp_year]': '2040',
    'card[cvc]': '987',
  });
  const { items } = (await stand.knob('requests?latest=1&limit=3')) as { items: Record<string, unknown>[] };
  expect(items[2]).toMatchObject({
    method: 'POST',
    path: '/v1/payment_intents',
    idempotencyKey: 'logged',
    status: 200,
    objectId: intent.id,
    replayed: false,
  });
  const text = JSON.stringify(items);
  expect(text).not.toContain('4242424242424242');
  expect(text).not.toContain('987"');
  expect(text).not.toContain(String(intent.client_secret));
});

test('it does not run in production', async () => {
  const child = spawn(process.execPath, [fileURLToPath(new URL('../main.ts', import.meta.url))], {
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const [code] = (await once(child, 'exit')) as [number];
  expect(code).toBe(1);
});
