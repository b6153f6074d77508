import type Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { faultKinds } from './fault-kinds.ts';
import { createFaults } from './faults.ts';
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
const authorized = (): Promise<Stripe.PaymentIntent> =>
  stripe.paymentIntents.create({ ...held, confirm: true, payment_method: 'pm_card_visa' });

describe('a fault on capture', () => {
  const cases: [kind: string, error: object, done: boolean][] = [
    ['error_before', { statusCode: 500 }, false],
    ['error_after', { statusCode: 500 }, true],
    ['reset', { type: 'StripeConnectionError' }, true],
    ['timeout', { type: 'StripeConnectionError' }, true],
    ['rate_limit', { statusCode: 429 }, false],
  ];
  test.each(cases)('%s', async (kind, expected, done) => {
    const intent = await authorized();
    await stand.knob('faults', { kind, path: '/v1/payment_intents/*/capture' });
    expect(await errorOf(stripe.paymentIntents.capture(intent.id, {}, { timeout: 300 }))).toMatchObject(
      expected,
    );
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe(
      done ? 'succeeded' : 'requires_capture',
    );
  });

  test('a connection cut before anything was done: the SDK itself asks once more, with the same key', async () => {
    const intent = await authorized();
    await stand.knob('faults', { kind: 'reset_before', path: '/v1/payment_intents/*/capture' });
    expect((await stripe.paymentIntents.capture(intent.id)).status).toBe('succeeded');
    await stand.knob('faults', { kind: 'reset_before', path: '/v1/refunds', count: 2 });
    expect(await errorOf(stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({
      type: 'StripeConnectionError',
    });
  });

  test('after a lost answer the same key gives it', async () => {
    const intent = await authorized();
    await stand.knob('faults', { kind: 'reset', path: '/v1/payment_intents/*/capture' });
    const key = { idempotencyKey: `capture-${intent.id}` };
    await errorOf(stripe.paymentIntents.capture(intent.id, {}, key));
    const again = await stripe.paymentIntents.capture(intent.id, {}, key);
    expect(again.status).toBe('succeeded');
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
  });

  test("any answer of one's own", async () => {
    const intent = await authorized();
    const error = {
      type: 'invalid_request_error',
      code: 'capture_charge_authorization_expired',
      message: 'The authorization has expired.',
    };
    await stand.knob('faults', { kind: 'answer', path: '/v1/payment_intents/*/capture', status: 400, error });
    expect(await errorOf(stripe.paymentIntents.capture(intent.id))).toMatchObject({
      statusCode: 400,
      code: 'capture_charge_authorization_expired',
    });
  });
});

test('latency, down for a while, and the list of what is set', async () => {
  await stand.knob('faults', { kind: 'latency', method: 'GET', ms: 120, count: 1 });
  const began = performance.now();
  await stripe.paymentIntents.list();
  expect(performance.now() - began).toBeGreaterThan(115);
  await stand.knob('faults', { kind: 'down', ms: 60_000 });
  expect(await errorOf(stripe.paymentIntents.list())).toMatchObject({ type: 'StripeConnectionError' });
  const { faults } = (await stand.knob('faults')) as { faults: { kind: string; hits: number; id: string }[] };
  expect(faults.map(({ kind, hits }) => ({ kind, hits }))).toEqual([
    { kind: 'latency', hits: 1 },
    { kind: 'down', hits: 2 },
  ]);
  await stand.knob('faults', undefined, 'DELETE');
  expect((await stripe.paymentIntents.list()).object).toBe('list');
});

test.each([
  [{ kind: 'fire' }, 'no fault is called fire'],
  [{ kind: 'reset', paht: '/v1/refunds' }, 'a fault has no field paht'],
  [{ kind: 'reset', path: 'v1/refunds' }, 'path must be a path that begins with /'],
  [{ kind: 'reset', about: '' }, 'about must be a text or several'],
  [{ kind: 'reset', count: 0 }, 'count must be a whole number from 1, or null'],
  [{ kind: 'reset', probability: 30 }, 'probability must be between 0 and 1'],
  [{ kind: 'reset', types: ['charge.*'] }, 'types means nothing for a request'],
  [{ kind: 'webhook_drop', path: '/v1/refunds' }, 'path means nothing for a webhook'],
  [{ kind: 'answer', status: 200 }, 'status must be an HTTP status from 400'],
])('%j is no fault', async (fault, why) => {
  await expect(stand.knob('faults', fault)).rejects.toThrow(why);
  expect(stand.server.faults.list()).toEqual([]);
});

test('every kind of fault can be set, and says what it will do', () => {
  const faults = createFaults();
  for (const kind of faultKinds) expect(faults.add({ kind })).toMatchObject({ kind, hits: 0 });
  expect(
    faults
      .list()
      .filter(({ remaining }) => remaining === null)
      .map(({ kind }) => kind),
  ).toEqual(['latency', 'down']);
});

test('the repeat of a lost answer can be lost, too', async () => {
  const intent = await authorized();
  await stand.knob('faults', { kind: 'timeout', path: '/v1/payment_intents/*/capture', count: 2 });
  const key = { idempotencyKey: `capture-${intent.id}`, timeout: 300 };
  for (let attempt = 0; attempt < 2; attempt += 1)
    expect(await errorOf(stripe.paymentIntents.capture(intent.id, {}, key))).toMatchObject({
      type: 'StripeConnectionError',
    });
  expect((await stripe.paymentIntents.capture(intent.id, {}, key)).status).toBe('succeeded');
});

test('a page of another origin cannot turn the knobs', async () => {
  const response = await fetch(`${stand.server.url}/_/faults`, {
    method: 'POST',
    headers: { Origin: 'https://evil.test' },
    body: '{"kind":"down"}',
  });
  expect(response.status).toBe(403);
});

test('the same seed strikes the same requests', () => {
  const pattern = (seed: number): string => {
    const faults = createFaults();
    faults.add({ kind: 'error_before', probability: 0.3, seed });
    return Array.from({ length: 40 }, () =>
      faults.strikeRequest('POST', '/v1/refunds').length > 0 ? 'x' : '.',
    ).join('');
  };
  expect(pattern(7)).toBe(pattern(7));
  expect(pattern(7)).not.toBe(pattern(8));
  expect(pattern(7)).toMatch(/x/);
});

test('about aims at one payment: by its own id, what its metadata or its idempotency key says, or what belongs to it', async () => {
  const order = 'order-7 of the lark';
  const create = (of: string, idempotencyKey: string): Promise<Stripe.PaymentIntent> =>
    stripe.paymentIntents.create(
      { ...held, confirm: true, payment_method: 'pm_card_visa', metadata: { order: of } },
      { idempotencyKey },
    );
  const ours = await create(order, 'ours');
  const other = await create('order-8', 'other');
  const aim = async (path: string, about = order): Promise<void> => {
    await stand.knob('faults', { kind: 'error_before', path, about });
  };
  const calls: [path: string, about: string, call: (id: string) => Promise<unknown>][] = [
    ['/v1/payment_intents/*', order, (id) => stripe.paymentIntents.retrieve(id)],
    ['/v1/payment_intents/*', ours.id, (id) => stripe.paymentIntents.retrieve(id)],
    ['/v1/payment_intents/*/capture', order, (id) => stripe.paymentIntents.capture(id)],
    ['/v1/refunds', order, (id) => stripe.refunds.list({ payment_intent: id })],
    [
      '/v1/charges/*',
      order,
      async (id) => stripe.charges.retrieve(String((id === ours.id ? ours : other).latest_charge)),
    ],
  ];
  for (const [path, about, call] of calls) {
    await aim(path, about);
    await call(other.id);
    expect(await errorOf(call(ours.id)), path).toMatchObject({ statusCode: 500 });
  }
  await stand.knob('faults', { kind: 'error_before', about: [order, 'latest_charge.customer'] });
  await stripe.paymentIntents.retrieve(ours.id);
  expect(
    await errorOf(stripe.paymentIntents.retrieve(ours.id, { expand: ['latest_charge.customer'] })),
  ).toMatchObject({ statusCode: 500 });
  await aim('/v1/payment_intents', 'theirs');
  await create('order-9', 'mine-too');
  expect(await errorOf(create('order-9', 'theirs-too'))).toMatchObject({ statusCode: 500 });
  await aim('/v1/payment_intents');
  expect(await errorOf(create(order, 'again'))).toMatchObject({ statusCode: 500 });
});

test('skip, count and path choose what is struck', () => {
  const faults = createFaults();
  faults.add({
    kind: 'error_before',
    method: 'POST',
    path: '/v1/payment_intents/*/confirm',
    skip: 1,
    count: 2,
  });
  const struck = (path: string): number => faults.strikeRequest('POST', path).length;
  expect(struck('/v1/payment_intents')).toBe(0);
  expect([1, 2, 3, 4].map(() => struck('/v1/payment_intents/pi_1/confirm'))).toEqual([0, 1, 1, 0]);
});
