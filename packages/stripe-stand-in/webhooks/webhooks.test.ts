import type Stripe from 'stripe';
import { afterEach, describe, expect, test } from 'vitest';
import { startEndpoint, startStand, until, type Received, type Stand } from '../testing/stand.ts';

const secret = 'whsec_suite';
let stand: Stand;
let endpoint: Awaited<ReturnType<typeof startEndpoint>>;
let answer = 200;

async function start(): Promise<void> {
  answer = 200;
  endpoint = await startEndpoint(() => answer);
  stand = await startStand({ webhook: { url: endpoint.url, secret }, webhookRetryMs: [30, 30, 30] });
}
afterEach(async () => {
  await stand.stop();
  await endpoint.stop();
});

const read = ({ body, headers }: Received): Stripe.Event =>
  stand.stripe.webhooks.constructEvent(body, String(headers['stripe-signature']), secret);
const types = (): string[] => endpoint.received.map((one) => read(one).type);
const create = (): Promise<Stripe.PaymentIntent> =>
  stand.stripe.paymentIntents.create({
    amount: 900,
    currency: 'eur',
    allowed_payment_method_types: ['card'],
  });

describe('events', () => {
  test('are signed so that the SDK accepts them, listed, and no longer pending once taken', async () => {
    await start();
    const intent = await create();
    const paid = await stand.stripe.paymentIntents.confirm(
      intent.id,
      { payment_method: 'pm_card_visa' },
      { idempotencyKey: 'pay-1' },
    );
    await until(() => types().includes('payment_intent.succeeded'));
    const event = endpoint.received.map(read).find(({ type }) => type === 'payment_intent.succeeded');
    expect(event).toMatchObject({
      object: 'event',
      livemode: false,
      request: { id: paid.lastResponse.requestId, idempotency_key: 'pay-1' },
    });
    expect(event?.data.object).toMatchObject({ id: intent.id, status: 'succeeded' });
    await until(async () => (await stand.stripe.events.retrieve(event?.id ?? '')).pending_webhooks === 0);
    const listed = await stand.stripe.events.list({
      types: ['payment_intent.created', 'payment_intent.succeeded'],
    });
    expect(listed.data.map(({ type }) => type)).toEqual([
      'payment_intent.succeeded',
      'payment_intent.created',
    ]);
  });

  test('are repeated until the endpoint takes them', async () => {
    await start();
    answer = 500;
    await create();
    await until(() => endpoint.received.length >= 2);
    answer = 200;
    await until(async () => (await stand.stripe.events.list({ delivery_success: true })).data.length === 1);
    expect(new Set(endpoint.received.map((one) => read(one).id)).size).toBe(1);
  });

  test('are given up after the last wait, and sent again by hand', async () => {
    await start();
    answer = 500;
    const { id } = (await create(), (await stand.stripe.events.list()).data[0] ?? { id: '' });
    await until(() => endpoint.received.length === 4);
    const { items } = (await stand.knob('deliveries')) as { items: { state: string }[] };
    await until(
      async () =>
        ((await stand.knob('deliveries')) as { items: { state: string }[] }).items[0]?.state === 'failed',
    );
    expect(items).toHaveLength(1);
    answer = 200;
    await stand.knob(`events/${id}/resend`, {});
    await until(() => endpoint.received.length === 5);
  });
});

test('the SDK refuses what is too old, changed or signed by somebody else', async () => {
  await start();
  await create();
  const one = await until(() => endpoint.received[0]);
  const signature = String(one.headers['stripe-signature']);
  const { webhooks } = stand.stripe;
  const inTenMinutes = Date.now() + 600_000;
  expect(() => webhooks.constructEvent(one.body, signature, secret, 300, undefined, inTenMinutes)).toThrow(
    'Timestamp outside the tolerance zone',
  );
  expect(() => webhooks.constructEvent(one.body.replace('900', '9'), signature, secret)).toThrow(/signature/);
  expect(() => webhooks.constructEvent(one.body, signature, 'whsec_other')).toThrow(/signature/);
  expect(signature).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/);
});

describe('knobs', () => {
  test('duplicate', async () => {
    await start();
    await stand.knob('faults', { kind: 'webhook_duplicate', types: ['payment_intent.created'] });
    await create();
    await until(() => endpoint.received.length === 2);
    expect(new Set(endpoint.received.map((one) => read(one).id)).size).toBe(1);
  });

  test('drop', async () => {
    await start();
    await stand.knob('faults', { kind: 'webhook_drop', types: ['payment_intent.created'] });
    const intent = await create();
    await stand.stripe.paymentIntents.cancel(intent.id);
    await until(() => types().includes('payment_intent.canceled'));
    expect(types()).toEqual(['payment_intent.canceled']);
  });

  test('delay', async () => {
    await start();
    await stand.knob('faults', { kind: 'webhook_delay', types: ['payment_intent.created'], ms: 300 });
    const intent = await create();
    await stand.stripe.paymentIntents.cancel(intent.id);
    await until(() => endpoint.received.length === 2);
    expect(types()).toEqual(['payment_intent.canceled', 'payment_intent.created']);
  });

  test('reorder', async () => {
    await start();
    await stand.knob('faults', { kind: 'webhook_reorder', types: ['payment_intent.created'] });
    const intent = await create();
    await stand.stripe.paymentIntents.cancel(intent.id);
    await until(() => endpoint.received.length === 2);
    expect(types()).toEqual(['payment_intent.canceled', 'payment_intent.created']);
  });

  test('reorder, aimed at one payment: only the next one about it lets go of what is held back', async () => {
    await start();
    await stand.knob('faults', { kind: 'webhook_reorder', about: 'table 7' });
    const create7 = { amount: 900, currency: 'eur', metadata: { at: 'table 7' } };
    const { id } = await stand.stripe.paymentIntents.create({
      ...create7,
      allowed_payment_method_types: ['card'],
    });
    await create();
    await until(() => endpoint.received.length === 1);
    await stand.stripe.paymentIntents.cancel(id);
    await until(() => endpoint.received.length === 3);
    expect(
      endpoint.received.map((one) => [read(one).type, (read(one).data.object as { id: string }).id === id]),
    ).toEqual([
      ['payment_intent.created', false],
      ['payment_intent.canceled', true],
      ['payment_intent.created', true],
    ]);
  });

  test('forge', async () => {
    await start();
    await stand.knob('faults', { kind: 'webhook_forge', types: ['payment_intent.created'] });
    await create();
    await until(() => endpoint.received.length === 2);
    const [forged, real] = endpoint.received;
    if (!forged || !real) throw new Error('two deliveries were expected');
    expect(() => read(forged)).toThrow(/signature/);
    expect(read(real).data.object).toMatchObject({ amount: 900 });
  });
});

test('an endpoint that is disabled gets nothing, not even once more', async () => {
  await start();
  await create();
  const { id } = read(await until(() => endpoint.received[0]));
  const [configured] = (await stand.stripe.webhookEndpoints.list()).data;
  await stand.stripe.webhookEndpoints.update(configured?.id ?? '', { disabled: true });
  await create();
  await stand.knob(`events/${id}/resend`, {});
  const { items } = (await stand.knob('deliveries')) as { items: unknown[] };
  expect(items).toHaveLength(1);
  await stand.stripe.webhookEndpoints.update(configured?.id ?? '', { disabled: false });
  await stand.knob(`events/${id}/resend`, {});
  await until(() => endpoint.received.length === 2);
});

test('no event that cannot be is waited for', async () => {
  await start();
  const made = stand.stripe.webhookEndpoints.create({
    url: endpoint.url,
    enabled_events: ['everything' as 'charge.failed'],
  });
  await expect(made).rejects.toMatchObject({ statusCode: 400, param: 'enabled_events[0]' });
});

test('events are listed by type or types, of the last thirty days', async () => {
  await start();
  await stand.stripe.paymentIntents.cancel((await create()).id);
  const types = async (params: Stripe.EventListParams): Promise<string[]> =>
    (await stand.stripe.events.list(params)).data.map(({ type }) => type);
  expect(await types({ type: 'payment_intent.*' })).toEqual([
    'payment_intent.canceled',
    'payment_intent.created',
  ]);
  expect(await types({ types: ['payment_intent.canceled'] })).toEqual(['payment_intent.canceled']);
  const both = { type: 'charge.failed', types: ['charge.failed'] };
  await expect(stand.stripe.events.list(both)).rejects.toMatchObject({ statusCode: 400 });
  await stand.knob('clock', { advance: 31 * 86_400 });
  expect(await types({})).toEqual([]);
});

test('further endpoints are made by the API, with the events they want', async () => {
  await start();
  const other = await startEndpoint();
  try {
    const made = await stand.stripe.webhookEndpoints.create({
      url: other.url,
      enabled_events: ['payment_intent.canceled'],
    });
    expect(made.secret).toMatch(/^whsec_/);
    const intent = await create();
    await stand.stripe.paymentIntents.cancel(intent.id);
    const [received] = await until(() => other.received.length === 1 && other.received);
    const event = stand.stripe.webhooks.constructEvent(
      received?.body ?? '',
      String(received?.headers['stripe-signature']),
      made.secret ?? '',
    );
    expect(event.type).toBe('payment_intent.canceled');
    await stand.stripe.webhookEndpoints.del(made.id);
    expect((await stand.stripe.webhookEndpoints.list()).data.map(({ url }) => url)).toEqual([endpoint.url]);
  } finally {
    await other.stop();
  }
});
