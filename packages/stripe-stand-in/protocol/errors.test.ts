import type Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { errorOf, held, startStand, type Stand } from '../testing/stand.ts';

let stand: Stand;
let stripe: Stripe;
beforeAll(async () => {
  stand = await startStand();
  ({ stripe } = stand);
});
afterEach(() => stand.server.faults.clear());
afterAll(() => stand.stop());

async function send(
  path: string,
  init: { method?: string; body?: string; headers?: Record<string, string> } = {},
): Promise<Response> {
  const headers = { Authorization: 'Bearer sk_test_suite', ...init.headers };
  return fetch(stand.server.url + path, { ...init, headers });
}
const form = 'amount=1250&currency=eur&capture_method=manual&allowed_payment_method_types[]=card';
const formType = { 'Content-Type': 'application/x-www-form-urlencoded' };

describe('headers', () => {
  test('a request carries its id, version and key back; a repeat says whose answer it is', async () => {
    const post = (): Promise<Response> =>
      send('/v1/payment_intents', {
        method: 'POST',
        body: form,
        headers: { ...formType, 'Idempotency-Key': 'header-1' },
      });
    const [first, again] = [await post(), await post()].map(({ headers }) => headers);
    const id = first?.get('request-id');
    expect(id).toMatch(/^req_/);
    expect(first?.get('original-request')).toBe(id);
    expect(first?.get('idempotent-replayed')).toBeNull();
    expect(first?.get('stripe-should-retry')).toBe('false');
    expect(first?.get('stripe-version')).toBe('2026-10-28.endive');
    expect(first?.get('cache-control')).toBe('no-cache, no-store');
    expect(again?.get('request-id')).not.toBe(id);
    expect(again?.get('original-request')).toBe(id);
    expect(again?.get('idempotency-key')).toBe('header-1');
    expect(again?.get('idempotent-replayed')).toBe('true');
  });

  test('no key: 401, in words and with the header that asks for one', async () => {
    const response = await fetch(`${stand.server.url}/v1/charges`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toBe('Basic realm="Stripe"');
    expect(await response.json()).toMatchObject({
      error: { type: 'invalid_request_error', message: /^You did not provide an API key/ },
    });
  });

  test('a key is shown back without its middle', async () => {
    const response = await send('/v1/charges', { headers: { Authorization: 'Bearer nonsense_0123456789' } });
    const { error } = (await response.json()) as { error: { message: string } };
    expect(error.message).toBe('Invalid API Key provided: nonsense*******6789');
  });

  test('a live key is refused, and is not shown back', async () => {
    const response = await send('/v1/charges', { headers: { Authorization: 'Bearer sk_live_0123456789' } });
    expect(response.status).toBe(401);
    expect(await response.text()).not.toContain('0123456789');
  });
});

describe('which version', () => {
  test.each([
    '2024-06-20',
    '2024-09-30.acacia',
    '2025-03-31.basil',
    '2026-02-25.clover',
    '2026-10-28.endive',
  ])('there is %s', async (apiVersion) => {
    expect((await stripe.paymentIntents.list({}, { apiVersion })).lastResponse.apiVersion).toBe(apiVersion);
  });

  test.each(['2024-06-21', '2024-09-30', '2025-03-31.acacia', '2026-10-28', '2026-10-28.endive.x'])(
    'there is no %s',
    async (apiVersion) => {
      expect(await errorOf(stripe.paymentIntents.list({}, { apiVersion }))).toMatchObject({
        statusCode: 400,
        message: `Invalid Stripe API version: ${apiVersion}`,
      });
    },
  );
});

describe('what cannot be', () => {
  test('a path that Stripe does not have, or the stand-in has not', async () => {
    for (const path of ['/v1/nothing', '/v1/payment_intents/', '/v1/checkout/sessions', '/v1/charges/%zz']) {
      const response = await send(path);
      expect(response.status, path).toBe(404);
    }
  });

  test('a parameter that Stripe has, and the stand-in has not, is refused in words', async () => {
    const error = await errorOf(
      stripe.paymentIntents.create({
        ...held,
        application_fee_amount: 10,
      }),
    );
    expect(error).toMatchObject({
      statusCode: 400,
      param: 'application_fee_amount',
      message: /does not know the parameter application_fee_amount, which Stripe has/,
    });
  });

  test('names that mean something to JavaScript are unknown parameters like others', async () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'metadata[__proto__][x]']) {
      const response = await send('/v1/payment_intents', {
        method: 'POST',
        body: `${form}&${name}=1`,
        headers: formType,
      });
      expect(response.status, name).toBe(400);
    }
  });

  test('metadata of more than 50 keys, at once or bit by bit', async () => {
    const keys = (count: number, from = 0): Record<string, string> =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`key${from + index}`, 'x']));
    expect(await errorOf(stripe.paymentIntents.create({ ...held, metadata: keys(51) }))).toMatchObject({
      statusCode: 400,
      param: 'metadata',
    });
    const { id } = await stripe.paymentIntents.create({ ...held, metadata: keys(50) });
    expect(await errorOf(stripe.paymentIntents.update(id, { metadata: keys(1, 50) }))).toMatchObject({
      message: "Metadata can have up to 50 keys, but you've set 51.",
    });
    const swapped = await stripe.paymentIntents.update(id, { metadata: { key0: '', key50: 'y' } });
    expect(Object.keys(swapped.metadata)).toHaveLength(50);
    expect((await stripe.paymentIntents.retrieve(id)).metadata).toEqual(swapped.metadata);
  });

  test('metadata keys may be numbers', async () => {
    const { metadata } = await stripe.paymentIntents.create({ ...held, metadata: { '0': 'a', '1': 'b' } });
    expect(metadata).toEqual({ '0': 'a', '1': 'b' });
  });
});

describe('a publishable key', () => {
  test('is told of a decline without what is the server’s', async () => {
    const intent = await stripe.paymentIntents.create({ ...held, metadata: { inner: 'secret' } });
    const made = await stand.browser('POST', `/v1/payment_intents/${intent.id}/confirm`, {
      client_secret: String(intent.client_secret),
      payment_method: 'pm_card_chargeDeclined',
      use_stripe_sdk: 'true',
    });
    expect(made).toMatchObject({
      status: 402,
      body: { error: { code: 'card_declined', payment_intent: { id: intent.id } } },
    });
    expect(made.body.error.payment_intent).not.toHaveProperty('metadata');
    expect(made.body.error.payment_intent).not.toHaveProperty('latest_charge');
  });

  test('does not choose how a payment is made, nor sees more by expanding', async () => {
    const customer = await stripe.customers.create({ email: 'ada@example.test' });
    const intent = await stripe.paymentIntents.create({ ...held, customer: customer.id });
    const secret = { client_secret: String(intent.client_secret) };
    const path = `/v1/payment_intents/${intent.id}`;
    expect(await stand.browser('POST', `${path}/confirm`, { ...secret, off_session: 'true' })).toMatchObject({
      status: 400,
      body: { error: { code: 'parameter_unknown', param: 'off_session' } },
    });
    expect(await stand.browser('GET', path, { ...secret, 'expand[0]': 'customer' })).toMatchObject({
      status: 400,
    });
  });

  test('sees of a SetupIntent as little', async () => {
    const customer = await stripe.customers.create();
    const setup = await stripe.setupIntents.create({ customer: customer.id, metadata: { inner: 'secret' } });
    const seen = await stand.browser('GET', `/v1/setup_intents/${setup.id}`, {
      client_secret: String(setup.client_secret),
    });
    expect(seen).toMatchObject({ status: 200, body: { id: setup.id, status: 'requires_payment_method' } });
    expect(seen.body).not.toHaveProperty('metadata');
    expect(seen.body).not.toHaveProperty('customer');
  });
});
