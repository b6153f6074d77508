/** Every route and every room, asked by everybody: who may, and that others do not even learn what exists. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addProduct, guestOrder } from '../test/setup/menu.ts';
import { startTestSystem, type TestSystem } from '../test/setup/system.ts';
import { signUp, Visitor } from '../test/setup/visitor.ts';

const PEOPLE = ['nobody', 'stranger', 'customer', 'host', 'agent', 'admin'] as const;
type Name = (typeof PEOPLE)[number];

let system: TestSystem;
let people: Record<Name, Visitor>;
let variantId: string;
let productId: string;

beforeAll(async () => {
  system = await startTestSystem({
    api: { limits: { order: { perAddress: 1e6, perPerson: 1e6, seconds: 1 } } },
  });
  const tea = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 1000 }],
  });
  productId = tea.id;
  variantId = tea.variants[0]!.id;
  people = Object.fromEntries(PEOPLE.map((name) => [name, new Visitor(system.url)])) as typeof people;
  await signUp(people.customer, system.databases);
  await signUp(people.agent, system.databases, 'agent');
  await signUp(people.admin, system.databases, 'admin');
  // Somebody with an order of her own, and so a token, but not of the order that is asked about.
  await people.stranger.post('/api/orders', guestOrder(variantId));
});
afterAll(() => system?.stop());

/** A new order of the guest `host`, unpaid. */
async function placeOrder(paid = false) {
  const payment = paid ? { payment: { paymentMethodId: 'pm_card_visa' } } : {};
  const reply = await people.host.post('/api/orders', guestOrder(variantId, payment));
  expect(reply.status).toBe(201);
  const { order } = reply.body;
  if (paid) {
    const status = async () => (await people.agent.get(`/api/orders/${order.id}`)).body.order.status;
    await expect.poll(status, { timeout: 20_000 }).toBe('confirmed');
  }
  return order as { id: string; host: string; shares: { id: string }[] };
}

type Statuses = Readonly<Record<Name, number>>;
const everybody = (status: number): Statuses =>
  Object.fromEntries(PEOPLE.map((name) => [name, status])) as unknown as Statuses;
const staffOnly = (status: number): Statuses => ({
  nobody: 401,
  stranger: 401,
  customer: 403,
  host: 401,
  agent: status,
  admin: status,
});
const adminOnly = (status: number): Statuses => ({ ...staffOnly(403), admin: status });
const signedIn = (status: number): Statuses => ({
  ...everybody(status),
  nobody: 401,
  stranger: 401,
  host: 401,
});
const itsPeople = (host: number, staff: number): Statuses => ({
  nobody: 404,
  stranger: 404,
  customer: 404,
  host,
  agent: staff,
  admin: staff,
});

interface Case {
  readonly route: string;
  readonly expected: Statuses;
  readonly ask: (who: Visitor, order: Awaited<ReturnType<typeof placeOrder>>) => Promise<{ status: number }>;
  /** Each asker gets an order of her own, since asking changes it; `paid`: a confirmed one. */
  readonly order?: 'shared' | 'own' | 'paid';
}

const product = {
  name: 'Scone',
  category: 'Cakes',
  taxRate: 700,
  variants: [{ name: 'Regular', unitAmount: 300 }],
};
const png = new Uint8Array(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
);

const CASES: readonly Case[] = [
  { route: 'GET /api/config', expected: everybody(200), ask: (who) => who.get('/api/config') },
  { route: 'GET /api/me', expected: everybody(200), ask: (who) => who.get('/api/me') },
  { route: 'GET /api/products', expected: everybody(200), ask: (who) => who.get('/api/products') },
  {
    route: 'GET /api/products, all',
    expected: staffOnly(200),
    ask: (who) => who.get('/api/products?all=true'),
  },
  {
    route: 'GET /api/products/:id',
    expected: everybody(200),
    ask: (who) => who.get(`/api/products/${productId}`),
  },
  { route: 'POST /api/products', expected: staffOnly(201), ask: (who) => who.post('/api/products', product) },
  {
    route: 'PATCH /api/products/:id',
    expected: staffOnly(200),
    ask: (who) => who.call('PATCH', `/api/products/${productId}`, { body: { description: 'Hot.' } }),
  },
  { route: 'GET /api/spots', expected: everybody(200), ask: (who) => who.get('/api/spots') },
  { route: 'GET /api/spots, all', expected: adminOnly(200), ask: (who) => who.get('/api/spots?all=true') },
  { route: 'GET /api/spots/:code', expected: everybody(404), ask: (who) => who.get('/api/spots/none') },
  {
    route: 'POST /api/spots',
    expected: adminOnly(201),
    ask: (who) => who.post('/api/spots', { kind: 'lane', label: '3' }),
  },
  {
    route: 'PATCH /api/spots/:id',
    expected: adminOnly(404),
    ask: (who) => who.call('PATCH', `/api/spots/${crypto.randomUUID()}`, { body: { label: '4' } }),
  },
  {
    route: 'GET /api/products/:id/changes',
    expected: staffOnly(200),
    ask: (who) => who.get(`/api/products/${productId}/changes`),
  },
  {
    route: 'PUT /api/variants/:id/stock',
    expected: staffOnly(200),
    ask: (who) => who.call('PUT', `/api/variants/${variantId}/stock`, { body: { available: 900 } }),
  },
  {
    route: 'PUT /api/products/:id/image',
    expected: staffOnly(200),
    ask: (who) => who.call('PUT', `/api/products/${productId}/image`, { raw: png, contentType: 'image/png' }),
  },
  {
    route: 'POST /api/orders',
    expected: everybody(201),
    ask: (who) => who.post('/api/orders', guestOrder(variantId)),
  },
  {
    route: 'POST /api/orders/find',
    expected: everybody(404),
    ask: (who) => who.post('/api/orders/find', { attempt: 'an-attempt-that-nobody-has-made' }),
  },
  {
    route: 'GET /api/orders',
    expected: { ...everybody(200), nobody: 401 },
    ask: (who) => who.get('/api/orders'),
  },
  { route: 'GET /api/board', expected: staffOnly(200), ask: (who) => who.get('/api/board') },
  {
    route: 'GET /api/orders/:id',
    order: 'shared',
    expected: itsPeople(200, 200),
    ask: (who, { id }) => who.get(`/api/orders/${id}`),
  },
  {
    route: 'GET /api/orders/:id/events',
    order: 'shared',
    expected: itsPeople(200, 200),
    ask: (who, { id }) => who.get(`/api/orders/${id}/events`),
  },
  {
    route: 'POST /api/orders/:id/session, without a token',
    order: 'shared',
    expected: everybody(404),
    ask: (who, { id }) => who.post(`/api/orders/${id}/session`),
  },
  {
    route: 'POST /api/orders/:id/shares/:shareId/pay',
    order: 'own',
    expected: itsPeople(200, 403),
    ask: (who, { id, shares }) =>
      who.post(`/api/orders/${id}/shares/${shares[0]!.id}/pay`, { paymentMethodId: 'pm_card_visa' }),
  },
  {
    route: 'POST /api/orders/:id/shares/:shareId/cash',
    order: 'own',
    expected: staffOnly(200),
    ask: (who, { id, shares }) => who.post(`/api/orders/${id}/shares/${shares[0]!.id}/cash`),
  },
  {
    route: 'GET /api/payment-methods',
    expected: signedIn(200),
    ask: (who) => who.get('/api/payment-methods'),
  },
  {
    route: 'DELETE /api/payment-methods/:paymentMethod, of somebody else',
    expected: signedIn(404),
    ask: (who) => who.call('DELETE', '/api/payment-methods/pm_of_somebody_else'),
  },
  {
    route: 'POST /api/orders/:id/cancel',
    order: 'own',
    expected: itsPeople(200, 200),
    ask: (who, { id }) => who.post(`/api/orders/${id}/cancel`),
  },
  {
    route: 'POST /api/orders/:id/cancel, with restock',
    order: 'own',
    expected: itsPeople(403, 200),
    ask: (who, { id }) => who.post(`/api/orders/${id}/cancel`, { restock: true }),
  },
  {
    route: 'POST /api/orders/:id/advance',
    order: 'paid',
    expected: staffOnly(200),
    ask: (who, { id }) => who.post(`/api/orders/${id}/advance`, { to: 'preparing' }),
  },
  {
    route: 'POST /api/orders/:id/refunds',
    order: 'paid',
    expected: staffOnly(201),
    ask: (who, { id }) => who.post(`/api/orders/${id}/refunds`, { amount: 100, reason: 'cold' }),
  },
  {
    route: 'GET /api/orders/:id/refunds',
    order: 'shared',
    expected: itsPeople(200, 200),
    ask: (who, { id }) => who.get(`/api/orders/${id}/refunds`),
  },
  {
    route: 'POST /api/orders/:id/clear-attention',
    order: 'paid',
    expected: staffOnly(200),
    ask: (who, { id }) => who.post(`/api/orders/${id}/clear-attention`),
  },
  { route: 'GET /api/differences', expected: staffOnly(200), ask: (who) => who.get('/api/differences') },
  {
    route: 'POST /api/differences/:id/mend',
    expected: adminOnly(404),
    ask: (who) => who.post(`/api/differences/${productId}/mend`, { action: 'void' }),
  },
  {
    route: 'POST /api/differences/mend',
    expected: adminOnly(202),
    ask: (who) => who.post('/api/differences/mend', { mends: [{ id: productId, action: 'void' }] }),
  },
  {
    route: 'GET /api/reconciliation',
    expected: staffOnly(200),
    ask: (who) => who.get('/api/reconciliation'),
  },
  {
    route: 'POST /api/reconciliation/run',
    expected: adminOnly(202),
    ask: (who) => who.post('/api/reconciliation/run'),
  },
  {
    route: 'POST /api/stripe/webhook, unsigned',
    expected: everybody(400),
    ask: (who) => who.post('/api/stripe/webhook', { id: 'evt_1' }),
  },
  { route: 'GET /api/health/live', expected: everybody(200), ask: (who) => who.get('/api/health/live') },
  { route: 'GET /api/health/ready', expected: everybody(200), ask: (who) => who.get('/api/health/ready') },
  { route: 'GET /api/openapi.json', expected: everybody(200), ask: (who) => who.get('/api/openapi.json') },
  {
    route: 'GET /api/images/:file',
    expected: everybody(404),
    ask: (who) => who.get(`/api/images/${'0'.repeat(64)}.webp`),
  },
];

describe('routes', () => {
  test.each(CASES)('$route', async ({ expected, ask, order }) => {
    const shared = order === 'shared' ? await placeOrder() : undefined;
    const answers: Record<string, number> = {};
    for (const name of PEOPLE) {
      const mine = order === undefined || order === 'shared' ? shared! : await placeOrder(order === 'paid');
      // `nobody` keeps no cookies, so that what she asked before does not make her somebody.
      const who = name === 'nobody' ? new Visitor(system.url) : people[name];
      answers[name] = (await ask(who, mine)).status;
    }
    expect(answers).toEqual(expected);
  });

  test('the table above has every route of the document', async () => {
    const { paths } = (await people.nobody.get('/api/openapi.json')).body;
    const routes = Object.entries(paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
    );
    const tested = CASES.map(({ route }) => route.split(',')[0]);
    expect([...routes, 'GET /api/openapi.json'].filter((route) => !tested.includes(route))).toEqual([]);
  });

  test('lists to each only what is theirs, and to staff all, with the contact', async () => {
    const order = await placeOrder();
    const idsFor = async (who: Visitor) =>
      (await who.get('/api/orders?limit=100')).body.items.map(({ id }: { id: string }) => id);
    expect(await idsFor(people.host)).toContain(order.id);
    expect(await idsFor(people.agent)).toContain(order.id);
    expect(await idsFor(people.customer)).not.toContain(order.id);
    expect(await idsFor(people.stranger)).not.toContain(order.id);

    const forStaff = (await people.agent.get(`/api/orders/${order.id}`)).body.order;
    expect(forStaff.contact.name).toBe('Ada');
    expect(forStaff.workflowUrl).toContain(`order-${order.id}`);
    const forHost = (await people.host.get(`/api/orders/${order.id}`)).body.order;
    expect(forHost.contact).toBeUndefined();
    expect(forHost.workflowUrl).toBeUndefined();
  });

  test("hides a product that is off the menu, and opens a guest's order by its token alone", async () => {
    const hidden = await addProduct(system.databases, { name: 'Secret', active: false });
    expect((await people.host.get(`/api/products/${hidden.id}`)).status).toBe(404);
    expect((await people.agent.get(`/api/products/${hidden.id}`)).status).toBe(200);

    const { order, guestToken } = (await new Visitor(system.url).post('/api/orders', guestOrder(variantId)))
      .body;
    const phone = new Visitor(system.url);
    const forged = `${guestToken.slice(0, -1)}${guestToken.endsWith('A') ? 'B' : 'A'}`;
    for (const token of [forged, `${order.host}.`, order.host, '']) {
      const refused = await phone.post(
        `/api/orders/${order.id}/session`,
        {},
        { headers: { authorization: `Guest ${token}` } },
      );
      expect(refused.status, token).toBe(404);
    }
    const opened = await phone.post(
      `/api/orders/${order.id}/session`,
      {},
      { headers: { authorization: `Guest ${guestToken}` } },
    );
    expect(opened.status).toBe(204);
    expect((await phone.get(`/api/orders/${order.id}`)).status).toBe(200);
  });
});

describe('rooms', () => {
  test('an order is watched by its people and staff, and by nobody else', async () => {
    const { id } = await placeOrder();
    const answers: Record<string, string> = {};
    for (const name of PEOPLE) {
      const socket = await people[name].connect();
      const answer = await socket.emitWithAck('order:watch', { orderId: id });
      answers[name] = 'error' in answer ? answer.error.code : answer.viewer.role;
      socket.close();
    }
    expect(answers).toEqual({
      nobody: 'not_found',
      stranger: 'not_found',
      customer: 'not_found',
      host: 'host',
      agent: 'agent',
      admin: 'agent',
    });
  });

  test.each(['board', 'counter'] as const)('the %s is watched by staff alone', async (list) => {
    const answers: Record<string, string> = {};
    for (const name of PEOPLE) {
      const socket = await people[name].connect();
      const answer = await socket.emitWithAck(`${list}:watch`, {});
      answers[name] = 'error' in answer ? answer.error.code : list;
      socket.close();
    }
    expect(answers).toEqual({
      nobody: 'unauthenticated',
      stranger: 'unauthenticated',
      customer: 'forbidden',
      host: 'unauthenticated',
      agent: list,
      admin: list,
    });
  });

  test('a guest token opens an order at the handshake or with the watch, and only that order', async () => {
    const guest = new Visitor(system.url);
    const { order, guestToken } = (await guest.post('/api/orders', guestOrder(variantId))).body;
    const other = await placeOrder();
    const byHandshake = await new Visitor(system.url, null).connect({ guestToken });
    const byWatch = await new Visitor(system.url, null).connect();
    expect(await byHandshake.emitWithAck('order:watch', { orderId: order.id })).toHaveProperty('order');
    expect(await byWatch.emitWithAck('order:watch', { orderId: order.id, guestToken })).toHaveProperty(
      'order',
    );
    expect(await byHandshake.emitWithAck('order:watch', { orderId: other.id })).toHaveProperty('error');
    expect(await byWatch.emitWithAck('order:watch', { orderId: other.id, guestToken })).toHaveProperty(
      'error',
    );
    expect(await byWatch.emitWithAck('order:watch', { orderId: 7 } as never)).toMatchObject({
      error: { code: 'invalid_request' },
    });
    byHandshake.close();
    byWatch.close();
  });

  test("a page of somebody else's cannot even connect", async () => {
    await expect(people.agent.connect({ origin: 'https://evil.example' })).rejects.toThrow();
  });

  test('signing out cuts the sockets of that session, and nobody is told anything after', async () => {
    const agent = new Visitor(system.url);
    await signUp(agent, system.databases, 'agent');
    const socket = await agent.connect();
    expect(await socket.emitWithAck('board:watch', {})).toHaveProperty('orders');
    const gone = new Promise((resolve) => socket.once('disconnect', resolve));
    expect((await agent.post('/api/auth/sign-out')).status).toBe(200);
    await gone;
  });
});
