/** Calls every route and every socket request as every kind of caller: all follow the permission table. */

import { sql } from 'kysely';
import { run } from '../db/sql.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RouteContract } from '../domain/contract/route.ts';
import { ROUTE_NAMES, ROUTES, type RouteName } from '../domain/contract/routes.ts';
import { ACTIONS, may, needsAccount, ROLES, whoMay, type Action, type Role } from '../domain/permissions.ts';
import { SOCKET_PERMISSIONS, type SocketRequest } from '../domain/socket.ts';
import {
  PEOPLE,
  type AskedOrder,
  type AskedTab,
  type Case,
  type Name,
} from '../test/requests/who-may/case.ts';
import { OF_ORDERS } from '../test/requests/who-may/orders.ts';
import { OF_THE_SHOP } from '../test/requests/who-may/shop.ts';
import { OF_TABS } from '../test/requests/who-may/tabs.ts';
import { addProduct, guestOrder } from '../test/setup/menu.ts';
import { startTestSystem, type TestSystem } from '../test/setup/system.ts';
import { joinTab, openTab } from '../test/setup/tabs.ts';
import { signUp, Visitor } from '../test/setup/visitor.ts';

const isRole = (name: Name): name is Role => (ROLES as readonly Name[]).includes(name);

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
  for (const role of ROLES) await signUp(people[role], system.databases, role);
  for (const name of ['stranger', 'removed', 'friend'] as const)
    await people[name].post('/api/orders', guestOrder(variantId));
  await openTab(people.stranger, { name: 'Eve' });
  await people.host.post('/api/orders', guestOrder(variantId));
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
    await expect.poll(status).toBe('confirmed');
  }
  return order as AskedOrder;
}

async function fillTab(): Promise<AskedTab> {
  const host = await openTab(people.host);
  const at = `/api/tabs/${host.tab.id}`;
  const { participantId: friend } = await joinTab(people.friend, host, { name: 'Mia' });
  const { participantId: removed } = await joinTab(people.removed, host, { name: 'Eve' });
  expect((await people.host.call('DELETE', `${at}/participants/${removed}`)).status).toBe(200);
  const sharedBetween = [friend, host.participantId].map((participantId) => ({ participantId }));
  const added = await people.friend.post(`${at}/lines`, { variantId, quantity: 1, sharedBetween });
  expect(added.status).toBe(201);
  const lineId = added.body.tab.lines[0].id;
  return { id: host.tab.id, host: host.participantId, friend, removed, lineId };
}

/** The responses with and without permission. */
function expectedOf(
  name: Name,
  permission: Action,
  done: number,
  { order, tab }: { order: AskedOrder | undefined; tab: AskedTab | undefined },
): number {
  const own = {
    host: ACTIONS[permission] === 'tab' ? tab?.host : order?.host,
    friend: tab?.friend,
    stranger: 'of-another',
    removed: 'of-another',
  };
  const id = Object.hasOwn(own, name) ? own[name as keyof typeof own] : undefined;
  const asker = { role: isRole(name) ? name : null, participantIds: id === undefined ? [] : [id] };
  const refused = asker.role === null ? 401 : 403;
  if (ACTIONS[permission] === 'shop' || needsAccount(permission)) {
    // In the shop, any guest token identifies a person; without an order or a tab, the host's does, too.
    const someone = Object.hasOwn(own, name) ? { ...asker, participantIds: ['hers'] } : asker;
    return may(someone, permission) ? done : refused;
  }
  if (ACTIONS[permission] === 'tab') {
    const group = { host: tab!.host, participants: [{ id: tab!.host }, { id: tab!.friend }] };
    if (!may(asker, 'tab.read', { tab: group })) return 404;
    return may(asker, permission, { tab: group }) ? done : 403;
  }
  const subject = { order: order!, share: order!.shares[0] };
  if (!may(asker, 'order.read_work', subject)) return 404;
  return may(asker, permission, subject) ? done : 403;
}

/** The compiler reports a route without a request. */
const CASES: { readonly [Route in RouteName]: Case } = { ...OF_THE_SHOP, ...OF_ORDERS, ...OF_TABS };

/** Field names that only money, payments, refunds and contact have. Who shares a dish is on its ticket. */
const NOT_FOR_THE_KITCHEN =
  /amount|currency|price|tax|tip|share(?!dBetween)|pay|refund|card|dispute|attention|contact|email|workflow/i;
function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...namesIn(inner)]);
}
/** Fields of orders that the kitchen must not see. Its list of allowed actions is not one of them. */
const toldOfMoney = (body: unknown) => namesIn(body).filter((name) => NOT_FOR_THE_KITCHEN.test(name));

/** `nobody` keeps no cookies, so that earlier requests do not identify her. */
const visitor = (name: Name) => (name === 'nobody' ? new Visitor(system.url) : people[name]);

describe('routes', () => {
  test.each(ROUTE_NAMES)('%s', async (route) => {
    const { done, ask, order, unless = {} } = CASES[route];
    const { permission }: RouteContract = ROUTES[route];
    const shared = order === 'shared' ? await placeOrder() : undefined;
    const tab = ACTIONS[permission] === 'tab' || route.includes('/tabs/:id') ? await fillTab() : undefined;
    const answers: Record<string, number> = {};
    const expected: Record<string, number> = {};
    for (const name of PEOPLE) {
      const mine = order === 'own' || order === 'paid' ? await placeOrder(order === 'paid') : shared;
      const scene = { name, order: mine!, tab: tab!, productId, variantId };
      const { status, body } = await ask(visitor(name), scene);
      answers[name] = status;
      expected[name] = expectedOf(name, permission, unless[name] ?? done, scene);
      const isAboutOrders = ACTIONS[permission] !== 'shop' || permission === 'board.watch';
      if (name === 'kitchen' && isAboutOrders && status < 300) expect(toldOfMoney(body)).toEqual([]);
    }
    expect(answers).toEqual(expected);
  });

  test('the document says of each who may', async () => {
    const { paths } = (await people.nobody.get('/api/openapi.json')).body;
    const named = Object.entries(paths as Record<string, Record<string, Record<string, unknown>>>).flatMap(
      ([path, methods]) =>
        Object.entries(methods).map(([method, operation]) => [
          `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
          operation['x-permission'],
        ]),
    );
    expect(named.toSorted()).toEqual(ROUTE_NAMES.map((name) => [name, ROUTES[name].permission]).toSorted());
    const advance = paths['/api/orders/{id}/advance'].post.description as string;
    expect(advance).toContain(`**Who:** ${whoMay('order.advance').join(', ')} (`);
  });

  test('every action is asked for by a route, a call of a socket, or beside them', () => {
    const asked = new Set<Action>([
      ...ROUTE_NAMES.map((name) => ROUTES[name].permission),
      ...Object.values(SOCKET_PERMISSIONS),
      ...BESIDES,
    ]);
    const unused = (Object.keys(ACTIONS) as Action[]).filter((action) => !asked.has(action));
    expect(unused).toEqual([]);
  });

  test('more than the route is for takes more', async () => {
    const statuses: Record<string, [all: number, spots: number, restock: number, isInside: boolean]> = {};
    for (const name of ['host', 'kitchen', 'agent', 'manager'] as const) {
      const { id } = await placeOrder();
      const who = people[name];
      const { order } = (await who.get(`/api/orders/${id}`)).body;
      const restocked = await who.post(`/api/orders/${id}/cancel`, { restock: true });
      statuses[name] = [
        (await who.get('/api/products?all=true')).status,
        (await who.get('/api/spots?all=true')).status,
        restocked.status,
        order.contact !== undefined && order.workflowUrl !== undefined,
      ];
    }
    expect(statuses).toEqual({
      host: [401, 401, 403, false],
      kitchen: [403, 403, 403, false],
      agent: [200, 200, 200, true],
      manager: [200, 200, 200, true],
    });
  });

  test('agents give back of an order what the limit allows, all in all; managers any amount', async () => {
    const { agentRefundLimitAmount: refundLimitAmount } = system.config.firstSettings;
    const dear = await addProduct(system.databases, {
      variants: [{ name: 'Cellar', unitAmount: refundLimitAmount, available: 10 }],
    });
    const { order } = (
      await people.host.post('/api/orders', {
        ...guestOrder(dear.variants[0]!.id),
        lines: [{ variantId: dear.variants[0]!.id, quantity: 2 }],
        payment: { paymentMethodId: 'pm_card_visa' },
      })
    ).body;
    const status = async () => (await people.agent.get(`/api/orders/${order.id}`)).body.order.status;
    await expect.poll(status).toBe('confirmed');
    const refund = (who: Visitor, amount: number) =>
      who.post(`/api/orders/${order.id}/refunds`, { amount, reason: 'corked' });
    const above = {
      error: { code: 'forbidden', details: { reason: 'refund_limit', limitAmount: refundLimitAmount } },
    };

    expect((await refund(people.agent, refundLimitAmount + 1)).body).toMatchObject(above);
    // Each would be within the limit alone; together they exceed it.
    const two = await Promise.all([
      refund(people.agent, refundLimitAmount - 100),
      refund(people.agent, refundLimitAmount - 100),
    ]);
    expect(two.map(({ status: code }) => code).toSorted()).toEqual([201, 403]);
    expect((await people.agent.post(`/api/orders/${order.id}/cancel`)).body).toMatchObject(above);
    expect((await refund(people.manager, refundLimitAmount)).status).toBe(201);
    expect((await people.manager.post(`/api/orders/${order.id}/cancel`)).status).toBe(200);
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

/** Called within a route that needs less: see the tests above. */
const BESIDES: readonly Action[] = [
  'menu.read_hidden',
  // In the body of a tab's closing: test/tabs/paid-after.
  'tab.write_off',
  'order.list_all',
  'order.read_inside',
  'order.restock',
  'change.waive',
  'refund.exceed_limit',
  'tab.list_all',
  'spots.watch',
];

describe('calls of a socket', () => {
  const requests: { readonly [Request in SocketRequest]: (orderId: string, tabId: string) => object } = {
    'order:watch': (orderId) => ({ orderId }),
    'tab:watch': (_, tabId) => ({ tabId }),
    'board:watch': () => ({}),
    'counter:watch': () => ({}),
    'menu:watch': () => ({}),
  };
  const CODES: Readonly<Record<number, string>> = {
    200: 'answered',
    401: 'unauthenticated',
    403: 'forbidden',
    404: 'not_found',
  };

  test.each(Object.keys(requests) as SocketRequest[])('%s', async (request) => {
    const tab = await fillTab();
    const order = await placeOrder();
    const answers: Record<string, string> = {};
    const expected: Record<string, string | undefined> = {};
    for (const name of PEOPLE) {
      const socket = await visitor(name).connect();
      const answer: object = await socket.emitWithAck(request, requests[request](order.id, tab.id) as never);
      answers[name] = 'error' in answer ? (answer.error as { code: string }).code : 'answered';
      expected[name] = CODES[expectedOf(name, SOCKET_PERMISSIONS[request], 200, { order, tab })];
      socket.close();
    }
    expect(answers).toEqual(expected);
  });

  test('the kitchen follows the board, and hears nothing of money', async () => {
    const kitchen = await people.kitchen.connect();
    const agent = await people.agent.connect();
    const heard: Record<'kitchen' | 'agent', Map<string, object>> = { kitchen: new Map(), agent: new Map() };
    kitchen.on('board:changed', ({ orders }) => orders.forEach((one) => heard.kitchen.set(one.id, one)));
    agent.on('board:changed', ({ orders }) => orders.forEach((one) => heard.agent.set(one.id, one)));
    const whole = await Promise.all([
      kitchen.emitWithAck('board:watch', {}),
      agent.emitWithAck('board:watch', {}),
    ]);
    const order = await placeOrder(true);
    await expect.poll(() => heard.kitchen.has(order.id) && heard.agent.has(order.id)).toBe(true);
    expect(toldOfMoney([whole[0], [...heard.kitchen.values()]])).toEqual([]);
    expect(heard.kitchen.get(order.id)).toMatchObject({ lines: [{ name: 'Tea', quantity: 1 }] });
    expect(heard.agent.get(order.id)).toMatchObject({ totalAmount: 350, contact: { name: 'Ada' } });
    kitchen.close();
    agent.close();
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

  test('a changed role cuts the sockets of whoever had it', async () => {
    const sockets = await Promise.all(
      ROLES.map(async (role) => {
        const who = new Visitor(system.url);
        const { email } = await signUp(who, system.databases, role);
        const socket = await who.connect();
        return { email, role, gone: new Promise((resolve) => socket.once('disconnect', resolve)) };
      }),
    );
    const em = system.databases.users.em.fork();
    for (const [index, { email }] of sockets.entries()) {
      const next = ROLES[(index + 1) % ROLES.length]!;
      await run(em, sql`update users set role = ${next} where email = ${email}`);
    }
    await Promise.all(sockets.map(({ gone }) => gone));
  });
});
