import { sql } from 'kysely';
import { query } from '../../db/sql.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { placedOrderAnswer } from '../../domain/contract/orders.ts';
import { orderWorkflowId } from '../../temporal/orders/messages.ts';
import { addProduct, guestOrder } from '../../test/setup/menu.ts';
import { startTestSystem, type TestSystem } from '../../test/setup/system.ts';
import { signUp, Visitor } from '../../test/setup/visitor.ts';

let system: TestSystem;
let variantId: string;
beforeAll(async () => {
  system = await startTestSystem();
  const tea = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 1000 }],
  });
  variantId = tea.variants[0]!.id;
});
afterAll(() => system?.stop());

const countOrders = async () => {
  const [row] = await query<{ count: number }>(
    system.databases.orders.em.fork(),
    sql`select count(*)::int as count from orders`,
  );
  return row!.count;
};

test('answers a guest once the stock is held, with a token and a cookie that let her follow it', async () => {
  const guest = new Visitor(system.url);
  const reply = await guest.post(
    '/api/orders',
    guestOrder(variantId, { place: { kind: 'lane', label: '4' } }),
    {
      headers: { 'x-request-id': 'my-own-request-id' },
    },
  );
  expect(reply.status).toBe(201);
  expect(reply.headers.get('x-request-id')).toBe('my-own-request-id');
  const { order, guestToken } = placedOrderAnswer.parse(reply.body);
  expect(order).toMatchObject({
    status: 'awaiting_payment',
    totalAmount: 350,
    place: { kind: 'lane', label: '4' },
    version: 2,
  });
  expect(reply.headers.getSetCookie().join()).toMatch(
    /sharetab_guest_[0-9a-f-]{36}=.*HttpOnly; SameSite=Lax/,
  );

  expect((await guest.get(`/api/orders/${order.id}`)).body.viewer).toEqual({
    role: 'host',
    participantId: order.host,
    may: expect.arrayContaining([
      'order.read',
      'order.read_work',
      'order.cancel',
      'order.change',
      'share.pay',
    ]),
  });
  const program = new Visitor(system.url, null);
  program.guestToken = guestToken;
  expect((await program.get(`/api/orders/${order.id}`)).status).toBe(200);

  const described = await system.temporal.workflow.getHandle(orderWorkflowId(order.id)).describe();
  expect(described.memo).toMatchObject({ requestId: 'my-own-request-id' });
});

test('lines keep what was sold, however its product is sorted and taxed later, and the share pays all of them', async () => {
  const cake = await addProduct(system.databases, {
    ...{ name: 'Cake', category: 'Sweets', taxRate: 700, taxClass: 'reduced' },
  });
  const guest = new Visitor(system.url);
  const lines = [
    { variantId, quantity: 2 },
    { variantId: cake.variants[0]!.id, quantity: 1 },
  ];
  const { order } = placedOrderAnswer.parse(
    (await guest.post('/api/orders', guestOrder(variantId, { lines }))).body,
  );
  const agent = new Visitor(system.url);
  await signUp(agent, system.databases, 'manager');
  const change = { category: 'Desserts', taxRate: 1900, taxClass: 'standard' };
  expect((await agent.call('PATCH', `/api/products/${cake.id}`, { body: change })).status).toBe(200);
  const { order: later } = (await guest.get(`/api/orders/${order.id}`)).body;
  expect(later.lines).toMatchObject([
    { category: 'Drinks', taxRate: 1900, taxClass: null, amount: 700 },
    { productId: cake.id, category: 'Sweets', taxRate: 700, taxClass: 'reduced', amount: 350 },
  ]);
  expect(later.shares[0].allocations).toEqual(order.lines.map(({ id, amount }) => ({ lineId: id, amount })));
});

test('a place is an object; the text that it was on 2026-11-27 is taken as words that mean nothing', async () => {
  const guest = new Visitor(system.url);
  const place = async (place: unknown) => {
    const { status, body } = await guest.post('/api/orders', guestOrder(variantId, { place }));
    return status === 201 ? body.order.place : body.error.details;
  };
  expect(await place('Pick-up: Ada')).toEqual({ kind: 'other', label: 'Pick-up: Ada' });
  expect(await place({ kind: 'pickup', name: 'Ada' })).toEqual({ kind: 'pickup', label: '', name: 'Ada' });
  const whole = { kind: 'table', label: 'Terrace 2', name: 'Ada', note: 'by the tree' };
  expect(await place(whole)).toEqual(whole);
  expect(await place(undefined)).toBeNull();
  expect(await place({ kind: 'table' })).toEqual([
    { path: ['place', 'label'], code: 'required', message: 'is required' },
  ]);
  for (const kind of ['terrace', '', null])
    expect((await place({ kind, label: '7' }))[0].path[0], String(kind)).toBe('place');
});

test('holds, charges and confirms an order that came with a card', async () => {
  const guest = new Visitor(system.url);
  const reply = await guest.post(
    '/api/orders',
    guestOrder(variantId, {
      payment: { paymentMethodId: 'pm_card_visa', tipAmount: 50 },
      expectedAmount: 350,
    }),
  );
  expect(reply.status).toBe(201);
  const read = async () => (await guest.get(`/api/orders/${reply.body.order.id}`)).body.order;
  await expect.poll(async () => (await read()).status).toBe('confirmed');
  expect(await read()).toMatchObject({ paymentStatus: 'paid', tipsAmount: 50 });
});

test('makes one order of many parallel requests with one key', async () => {
  const before = await countOrders();
  const body = guestOrder(variantId);
  const key = randomUUID();
  const replies = await Promise.all(
    Array.from({ length: 8 }, () => new Visitor(system.url).post('/api/orders', body, { key })),
  );
  expect(replies.map(({ status }) => status)).toEqual(Array(8).fill(201));
  expect(new Set(replies.map((reply) => reply.body.order.id)).size).toBe(1);
  expect(await countOrders()).toBe(before + 1);
});

test('lets a guest follow all of the first orders that she placed at once, and the last twenty for ever', async () => {
  const guest = new Visitor(system.url);
  const replies = await Promise.all(
    Array.from({ length: 3 }, () => guest.post('/api/orders', guestOrder(variantId))),
  );
  for (const { body } of replies) {
    expect((await guest.get(`/api/orders/${body.order.id}`)).status).toBe(200);
  }
  for (let more = 0; more < 18; more += 1) await guest.post('/api/orders', guestOrder(variantId));
  const seen = await Promise.all(replies.map(({ body }) => guest.get(`/api/orders/${body.order.id}`)));
  expect(seen.map(({ status }) => status).toSorted((left, right) => left - right)).toEqual([200, 200, 404]);
  expect([...guest.cookies.keys()].filter((name) => name.startsWith('sharetab_guest_'))).toHaveLength(20);
});

test('answers a repeat with the order as it is now, and refuses the key for another body', async () => {
  const body = guestOrder(variantId);
  const key = randomUUID();
  const first = await new Visitor(system.url).post('/api/orders', body, { key });
  const again = new Visitor(system.url);
  const second = await again.post('/api/orders', body, { key });
  expect(second.status).toBe(201);
  expect(second.body.order.id).toBe(first.body.order.id);
  expect(second.body.guestToken).toBe(first.body.guestToken);
  expect(again.cookies.has(`sharetab_guest_${second.body.order.host}`)).toBe(true);

  const other = await again.post('/api/orders', { ...body, place: 'Elsewhere' }, { key });
  expect(other.status).toBe(409);
  expect(other.body.error.code).toBe('idempotency_conflict');
});

test('never gives an order to another person with the same key', async () => {
  const body = guestOrder(variantId);
  const key = randomUUID();
  const mine = await new Visitor(system.url).post('/api/orders', body, { key });
  const stranger = new Visitor(system.url);
  const theirs = await stranger.post(
    '/api/orders',
    { ...body, contact: { name: 'Eve', email: 'eve@example.test' } },
    { key },
  );
  expect(theirs.status).toBe(201);
  expect(theirs.body.order.id).not.toBe(mine.body.order.id);
  expect((await stranger.get(`/api/orders/${mine.body.order.id}`)).status).toBe(404);

  const customer = new Visitor(system.url);
  await signUp(customer, system.databases);
  const hers = await customer.post('/api/orders', { lines: body.lines }, { key });
  expect(hers.status).toBe(201);
  expect(hers.body.guestToken).toBeUndefined();
  expect(hers.body.order.id).not.toBe(mine.body.order.id);
});

test('says what is out of stock, the same again for the same key, and keeps no hold', async () => {
  const cake = await addProduct(system.databases, {
    name: 'Cheesecake',
    variants: [{ name: 'Regular', unitAmount: 500, available: 1 }],
  });
  const id = cake.variants[0]!.id;
  const body = guestOrder(id, { lines: [{ variantId: id, quantity: 2 }] });
  const key = randomUUID();
  const guest = new Visitor(system.url);
  for (let time = 0; time < 2; time += 1) {
    const reply = await guest.post('/api/orders', body, { key });
    expect(reply.status).toBe(409);
    expect(reply.body.error).toMatchObject({
      code: 'out_of_stock',
      details: [{ variantId: id, requested: 2, available: 1, name: 'Cheesecake' }],
    });
    expect(reply.body.error.message).toContain('Cheesecake');
  }
  const { items } = (await guest.get('/api/products?q=Cheesecake')).body;
  expect(items[0].variants[0].available).toBe(1);
});

test('refuses a price that the customer was not shown, and names the new one', async () => {
  const before = await countOrders();
  const reply = await new Visitor(system.url).post(
    '/api/orders',
    guestOrder(variantId, { expectedAmount: 340 }),
  );
  expect(reply.status).toBe(409);
  expect(reply.body.error).toMatchObject({ code: 'version_conflict', details: { totalAmount: 350 } });
  expect(await countOrders()).toBe(before);
});
