import { sql } from 'kysely';
import { query } from '../../db/sql.ts';
import { randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addProduct, guestOrder } from '../../test/setup/menu.ts';
import { startTestSystem, type TestSystem } from '../../test/setup/system.ts';
import { signUp, Visitor } from '../../test/setup/visitor.ts';

let system: TestSystem;
let agent: Visitor;
let variantId: string;
beforeAll(async () => {
  system = await startTestSystem();
  agent = new Visitor(system.url);
  await signUp(agent, system.databases, 'agent');
  const tea = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 1000 }],
  });
  variantId = tea.variants[0]!.id;
});
afterAll(() => system?.stop());

async function placed(more: Record<string, unknown> = {}) {
  const guest = new Visitor(system.url);
  const reply = await guest.post('/api/orders', guestOrder(variantId, more));
  expect(reply.status).toBe(201);
  const { order } = reply.body;
  const read = async () => (await guest.get(`/api/orders/${order.id}`)).body.order;
  return {
    guest,
    order,
    read,
    isAt: async (status: string) => {
      await expect.poll(async () => (await read()).status).toBe(status);
    },
    pay: (body: object, key = randomUUID()) =>
      guest.post(`/api/orders/${order.id}/shares/${order.shares[0].id}/pay`, body, { key }),
  };
}

test('pays a share with its tip, once for one key', async () => {
  const { order, pay, isAt, read } = await placed();
  const key = randomUUID();
  const body = { paymentMethodId: 'pm_card_visa', tipAmount: 40 };
  const [first, second] = await Promise.all([pay(body, key), pay(body, key)]);
  expect(first.status, JSON.stringify(first.body)).toBe(200);
  expect(second.body.payment.id).toBe(first.body.payment.id);
  await isAt('confirmed');
  expect(await read()).toMatchObject({
    paymentStatus: 'paid',
    tipsAmount: 40,
    shares: [{ card: { brand: 'visa', last4: '4242' } }],
  });

  const repeated = await pay(body, key);
  expect(repeated.status).toBe(200);
  expect(repeated.body).toMatchObject({
    share: { id: order.shares[0].id, status: 'captured' },
    payment: { id: first.body.payment.id, status: 'captured' },
  });
  const other = await pay({ ...body, tipAmount: 41 }, key);
  expect(other.body.error.code).toBe('idempotency_conflict');
  const late = await pay(body);
  expect(late.status).toBe(409);
  expect(late.body.error).toMatchObject({
    code: 'illegal_transition',
    details: { from: 'confirmed', action: 'pay' },
  });
});

test("says why a card was declined in the customer's words, and takes the next one", async () => {
  const { pay, isAt, read } = await placed();
  const declined = await pay({ paymentMethodId: 'pm_card_chargeDeclinedInsufficientFunds' });
  expect(declined.status).toBe(402);
  expect(declined.body.error).toEqual({
    code: 'card_declined',
    message: 'There is not enough money on this card. Please pay with another one.',
    details: { declineCode: 'insufficient_funds' },
  });
  expect((await read()).shares[0]).toMatchObject({
    status: 'due',
    declineCode: 'insufficient_funds',
    card: null,
  });
  const stolen = await pay({ paymentMethodId: 'pm_card_chargeDeclinedStolenCard' });
  expect(stolen.status).toBe(402);
  expect(JSON.stringify([stolen.body, await read()])).not.toMatch(/stolen|lost|fraud/i);
  expect((await pay({ paymentMethodId: 'pm_card_visa' })).status).toBe(200);
  await isAt('confirmed');
});

test('gives the client secret to who must confirm with her bank, and hears by webhook that she did', async () => {
  const { order, guest, pay, isAt } = await placed();
  const asked = await pay({ paymentMethodId: 'pm_card_authenticationRequired' });
  expect(asked.status).toBe(200);
  expect(asked.body.payment).toMatchObject({
    status: 'requires_action',
    clientSecret: expect.stringMatching(/^pi_.*_secret_/),
  });
  const again = await pay({});
  expect(again.body.payment).toEqual(asked.body.payment);
  // Only the payer sees the client secret.
  expect(JSON.stringify((await guest.get(`/api/orders/${order.id}`)).body)).not.toContain('_secret_');
  expect(JSON.stringify((await agent.get(`/api/orders/${order.id}`)).body)).not.toContain('_secret_');

  await passBankCheck(system.stripe.url, asked.body.payment.clientSecret);
  await isAt('confirmed');
});

test('cancels for the host before it is paid, once, and says no when it is over', async () => {
  const { guest, order } = await placed();
  const key = randomUUID();
  const path = `/api/orders/${order.id}/cancel`;
  const first = await guest.post(path, { reason: 'changed my mind' }, { key });
  expect(first.status).toBe(200);
  expect(first.body.order).toMatchObject({ status: 'canceled' });
  const repeated = await guest.post(path, { reason: 'changed my mind' }, { key });
  expect(repeated.status).toBe(200);
  expect((await guest.post(path, { reason: 'another' }, { key })).body.error.code).toBe(
    'idempotency_conflict',
  );
  const again = await guest.post(path, {});
  expect(again.status).toBe(409);
  expect(again.body.error).toMatchObject({
    code: 'illegal_transition',
    message: 'This order is canceled, so it cannot be canceled now.',
    details: { from: 'canceled', action: 'cancel' },
  });
});

test('moves a paid order along one step at a time, for whoever presses the button first', async () => {
  const { order, isAt, guest } = await placed({ payment: { paymentMethodId: 'pm_card_visa' } });
  await isAt('confirmed');
  const path = `/api/orders/${order.id}/advance`;
  const skipped = await agent.post(path, { to: 'ready' });
  expect(skipped.status).toBe(409);
  expect(skipped.body.error.details).toEqual({ from: 'confirmed', to: 'ready' });
  const both = await Promise.all([
    agent.post(path, { to: 'preparing' }),
    agent.post(path, { to: 'preparing' }),
  ]);
  expect(both.map(({ status }) => status)).toEqual([200, 200]);
  expect((await guest.post(`/api/orders/${order.id}/cancel`)).body.error.code).toBe('illegal_transition');
  for (const to of ['ready', 'completed']) {
    expect((await agent.post(path, { to })).body.order.status).toBe(to);
  }
  const ended = await agent.post(path, { to: 'preparing' });
  expect(ended.status).toBe(409);
  expect(ended.body.error.details).toEqual({ from: 'completed', to: 'preparing' });
  expect(
    (await agent.get(`/api/orders/${order.id}/events`)).body.items.map(
      (event: { version: number }) => event.version,
    ),
  ).toEqual(
    Array.from(
      { length: (await agent.get(`/api/orders/${order.id}`)).body.order.version },
      (_, index) => index + 1,
    ),
  );
});

test('refunds never give back more than was captured, however parallel', async () => {
  const { order, isAt } = await placed({ payment: { paymentMethodId: 'pm_card_visa' } });
  const path = `/api/orders/${order.id}/refunds`;
  await isAt('confirmed');
  const key = randomUUID();
  const first = await agent.post(path, { amount: 100, reason: 'cold' }, { key });
  expect(first.status, JSON.stringify(first.body)).toBe(201);
  expect(first.body).toMatchObject({
    order: { refundedAmount: 100, paymentStatus: 'partly_refunded' },
    refund: { amount: 100, status: 'succeeded', reason: 'cold' },
  });
  expect((await agent.post(path, { amount: 100, reason: 'cold' }, { key })).body.refund.id).toBe(
    first.body.refund.id,
  );
  expect((await agent.post(path, { amount: 101, reason: 'cold' }, { key })).body.error.code).toBe(
    'idempotency_conflict',
  );

  const parallel = await Promise.all(
    Array.from({ length: 4 }, () => agent.post(path, { amount: 200, reason: 'spilled' })),
  );
  expect(parallel.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([
    201, 400, 400, 400,
  ]);
  const refused = parallel.find(({ status }) => status === 400)!;
  expect(refused.body.error.message).toMatch(/^At most €0\.50 can be given back\.$/);
  expect(
    (await agent.post(path, { lines: [{ lineId: randomUUID(), quantity: 1 }], reason: 'x' })).status,
  ).toBe(400);
  const rest = await agent.post(path, { reason: 'all of it' });
  expect(rest.body).toMatchObject({ order: { paymentStatus: 'refunded' }, refund: { amount: 50 } });

  const unpaid = await placed();
  const nothing = await agent.post(`/api/orders/${unpaid.order.id}/refunds`, { reason: 'x' });
  expect(nothing.body.error).toMatchObject({ code: 'illegal_transition', details: { action: 'refund' } });
});

test('keeps what Stripe signs, passes it on, and refuses the rest', async () => {
  const { order, isAt } = await placed({ payment: { paymentMethodId: 'pm_card_visa' } });
  await isAt('confirmed');
  const [payment] = await query<{ intent: string }>(
    system.databases.orders.em.fork(),
    sql`select stripe_payment_intent_id as intent from payments where order_id = ${order.id}`,
  );
  const send = (object: object, secret = system.config.stripe.webhookSecret, id = `evt_${randomUUID()}`) => {
    const payload = JSON.stringify({
      id,
      object: 'event',
      type: 'charge.updated',
      created: 1_700_000_000,
      data: { object },
    });
    const signature = new Stripe('sk_test').webhooks.generateTestHeaderString({ payload, secret });
    return new Visitor(system.url, null).call('POST', '/api/stripe/webhook', {
      raw: payload,
      headers: { 'stripe-signature': signature },
      key: null,
    });
  };
  const count = async () => {
    const [row] = await query<{ count: number }>(
      system.databases.orders.em.fork(),
      sql`select count(*)::int as count from stripe_events where payment_intent_id = ${payment!.intent} and type = 'charge.updated'`,
    );
    return row!.count;
  };
  const charge = { object: 'charge', id: 'ch_1', payment_intent: payment!.intent };
  const before = await count();
  expect((await send(charge, 'whsec_wrong')).status).toBe(400);
  expect(await count()).toBe(before);
  const id = `evt_${randomUUID()}`;
  expect((await send(charge, undefined, id)).status).toBe(200);
  expect((await send(charge, undefined, id)).status).toBe(200);
  expect(await count()).toBe(before + 1);

  // For a payment that is not ours, and for an order that has ended.
  expect((await send({ object: 'payment_intent', id: 'pi_unknown' })).status).toBe(200);
  for (const to of ['preparing', 'ready', 'completed'])
    await agent.command(`/api/orders/${order.id}/advance`, { to });
  await expect
    .poll(async () => (await system.temporal.workflow.getHandle(`order-${order.id}`).describe()).status.name)
    .toBe('COMPLETED');
  expect((await send(charge)).status).toBe(200);
});

test('whatever Stripe signs is kept, left alone or refused, and never an error of ours', async () => {
  const send = (payload: string) => {
    const secret = system.config.stripe.webhookSecret;
    const signature = new Stripe('sk_test').webhooks.generateTestHeaderString({ payload, secret });
    return new Visitor(system.url, null).call('POST', '/api/stripe/webhook', {
      raw: payload,
      headers: { 'stripe-signature': signature },
      key: null,
    });
  };
  const event = (
    more: object = {},
    object: object = { object: 'charge', id: 'ch_1', payment_intent: 'pi_1' },
  ) => ({
    id: `evt_${randomUUID()}`,
    object: 'event',
    api_version: '2031-01-01.unheard_of',
    type: 'charge.updated',
    created: 1_700_000_000,
    data: { object },
    ...more,
  });
  const kept = [event(), event({ type: 'unheard.of' }), { id: 'evt_thin', object: 'v2.core.event' }];
  for (const each of kept) expect((await send(JSON.stringify(each))).status, JSON.stringify(each)).toBe(200);
  const refused = [
    '',
    '{',
    'null',
    '[]',
    '7',
    '"text"',
    '{}',
    JSON.stringify({ object: 'charge', id: 'ch_1' }),
  ];
  for (const payload of refused) {
    const reply = await send(payload);
    expect([reply.status, reply.body.error.code], payload).toEqual([400, 'invalid_request']);
  }
  // Each part of an event and of its object, replaced by each invalid value.
  const odd = [
    undefined,
    null,
    -1,
    1e300,
    0.5,
    true,
    '',
    '\u0000',
    'x'.repeat(5_000),
    '\ud800',
    [],
    {},
    [{}],
    { id: 7 },
  ];
  const about = {
    object: 'refund',
    id: 're_1',
    payment_intent: 'pi_1',
    status: 'failed',
    metadata: {},
    amount_refunded: 1,
  };
  const strange = odd.flatMap((value) => [
    ...Object.keys(event()).map((name) =>
      event({ [name]: value, ...(name !== 'type' && { type: 'charge.refunded' }) }),
    ),
    ...Object.keys(about).map((name) => event({ type: 'refund.updated' }, { ...about, [name]: value })),
  ]);
  for (const each of strange) {
    const payload = JSON.stringify(each);
    expect([200, 400], payload.slice(0, 300)).toContain((await send(payload)).status);
  }
});

/** What the payer's bank does on its page. */
async function passBankCheck(stripeUrl: string, clientSecret: string): Promise<void> {
  const [intent] = clientSecret.split('_secret_');
  const response = await fetch(`${stripeUrl}/_/3ds/${intent}`, {
    method: 'POST',
    body: new URLSearchParams({ client_secret: clientSecret, outcome: 'complete' }),
  });
  expect(response.status, await response.text()).toBe(200);
}
