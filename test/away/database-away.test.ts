/**
 * PostgreSQL fails in every way it can, as a whole and one database of the three at a time, while every route and every
 * room is asked: nobody hears anything but the truth or `503 try_again` within five seconds, all goes on by itself
 * afterwards, and nothing is half-written.
 */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabases, type Databases } from '../../db/databases.ts';
import { CALLER_PATIENCE } from '../../db/patience.ts';
import { placeOrder, type PlacedOrder } from '../harness/buyer.ts';
import { startSystem, type System } from '../harness/system.ts';
import { until } from '../harness/until.ts';
import { addProduct, guestOrder } from '../setup/menu.ts';
import { signUp, Visitor, type Reply, type WatchingSocket } from '../setup/visitor.ts';
import { askAll, openTabToAsk, type Ask, type Things } from './asks.ts';
import {
  DATABASES,
  startFragileDatabases,
  type DatabaseName,
  type FragileDatabases,
} from './fragile-databases.ts';

/** The product promises five seconds; the rest allows for a slow test machine. */
const ANSWERED_MS = 20_000;
/** Routes that respond as usual without a database. */
const ASKS_NONE = ['GET /api/config', 'GET /api/health/live', 'GET /api/openapi.json'];
/** Routes whose request is refused before it reaches a database. */
const REFUSED = ['POST /api/stripe/webhook'];

let fragile: FragileDatabases;
let system: System;
let databases: Databases;
let url: string;
let admin: Visitor;
let asks: [route: string, ask: Ask][];
let order: PlacedOrder;
let tabId: string;
beforeAll(async () => {
  fragile = await startFragileDatabases();
  const { urls } = fragile;
  system = await startSystem({
    environment: {
      USERS_DATABASE_URL: urls.users,
      CATALOG_DATABASE_URL: urls.catalog,
      ORDERS_DATABASE_URL: urls.orders,
    },
  });
  databases = await openDatabases(urls, { patience: CALLER_PATIENCE });
  url = `http://127.0.0.1:${(await system.startApi({ databases })).port}`;
  admin = new Visitor(url);
  await signUp(admin, system.databases, 'admin');
  const things = await createThings();
  tabId = things.tab.id;
  asks = askAll((await admin.get('/api/openapi.json')).body, things);
});
afterAll(async () => {
  // Nothing is half-written. Mails that met with a dead database are tried again, later and later: not waited for here.
  await system?.stop({ mailRuns: false, settleMs: 60_000 });
  await databases?.close();
  await fragile?.stop();
});

async function createThings(): Promise<Things> {
  const product = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 1000 }],
  });
  const variantId = product.variants[0]!.id;
  order = await placeOrder(system, { variantId, pay: 'pm_card_visa' });
  await order.untilStatus('confirmed');
  const unpaid = await new Visitor(url).post('/api/orders', guestOrder(variantId));
  const unwanted = await placeOrder(system, { variantId });
  const withShare = async (of: PlacedOrder) => ({ id: of.id, shareId: (await of.share()).id });
  return {
    variantId,
    productId: product.id,
    unpaid: {
      id: unpaid.body.order.id,
      shareId: unpaid.body.order.shares[0].id,
      guestToken: unpaid.body.guestToken,
    },
    unwanted: await withShare(unwanted),
    confirmed: await withShare(order),
    tab: await openTabToAsk(url, variantId),
  };
}

/** Nobody signs in as another with the admin's cookies. */
const askerOf = (path: string) => (path.startsWith('/api/auth/s') ? new Visitor(url) : admin);
const ask = ([route, { path, options }]: [string, Ask]): Promise<Reply<any>> =>
  askerOf(path)
    .call(route.split(' ')[0]!, path, { ...options, signal: AbortSignal.timeout(ANSWERED_MS) })
    .catch((error: unknown) => Promise.reject(new Error(`${route}: ${String(error)}`, { cause: error })));

async function askEveryRoute(): Promise<Map<string, Reply<any>>> {
  const answers = await Promise.all(asks.map(async (each) => [each[0], await ask(each)] as const));
  return new Map(answers);
}

/** Watches an order and the staff's lists; answers with the codes of what was refused. */
async function askEveryRoom(socket: WatchingSocket): Promise<(string | undefined)[]> {
  const patient = socket.timeout(ANSWERED_MS);
  const answers = await Promise.all([
    patient.emitWithAck('order:watch', { orderId: order.id }),
    patient.emitWithAck('board:watch', {}),
    patient.emitWithAck('counter:watch', {}),
    patient.emitWithAck('tab:watch', { tabId }),
  ]);
  return answers.map((answer) => ('error' in answer ? answer.error.code : undefined));
}

const connectingFails = () =>
  admin.connect({ url }).then(
    (socket) => void socket.close(),
    (error: Error) => error.message,
  );

test('a connection and a statement together take less than five seconds', () => {
  expect(CALLER_PATIENCE.connectMs + CALLER_PATIENCE.statementMs).toBeLessThan(4_500);
});

test('while all is well, the sweep reaches what every route is for', async () => {
  const answers = await askEveryRoute();
  const refused = [...answers].filter(
    ([route, { status }]) => [400, 403, 405].includes(status) && !REFUSED.includes(route),
  );
  expect(
    refused.map(([route, { body }]) => `${route}: ${JSON.stringify(body)}`),
    'give each a valid request in BY_ROUTE of test/away/asks.ts',
  ).toEqual([]);
});

test('nobody is told that a mail comes, or that she is signed out, while it cannot be so', async () => {
  const visitor = new Visitor(url);
  const { email } = await signUp(visitor, system.databases);
  const resets = () =>
    Promise.all(
      [email, 'stranger@example.test'].map(
        async (one) =>
          (await new Visitor(url).post('/api/auth/request-password-reset', { email: one })).status,
      ),
    );
  const signOut = async () => (await visitor.post('/api/auth/sign-out', {})).status;
  const withoutDatabase = async <T>(name: DatabaseName, ask: () => Promise<T>): Promise<T> => {
    const mend = await fragile.ways.find((way) => way.name === 'down')!.strike([name]);
    try {
      return await ask();
    } finally {
      await mend();
    }
  };
  // A stranger gets no mail. Another answer would tell who has an account.
  expect(await withoutDatabase('orders', resets)).toEqual([503, 503]);
  expect(await withoutDatabase('users', signOut)).toBe(503);
  await until('mails can be asked for again', async () => (await resets()).every((status) => status === 200));
  expect((await visitor.get('/api/me')).body).toMatchObject({ user: { email } });
  expect(await signOut()).toBe(200);
});

const SCOPES = [[...DATABASES], ...DATABASES.map((name) => [name])];
const WHOLE_ONLY = ['frozen', 'restarting'];
const CASES = [
  'out of reach',
  'down',
  'out of connections',
  'read only, as while it fails over',
  'terminating sessions',
  ...WHOLE_ONLY,
].flatMap((way) =>
  SCOPES.filter((names) => names.length > 1 || !WHOLE_ONLY.includes(way)).map((names) => ({ way, names })),
);

describe.each(CASES)('$way: $names', ({ way: name, names }) => {
  test('callers hear the truth or try_again, and all goes on afterwards', async () => {
    const way = fragile.ways.find((each) => each.name === name)!;
    const socket = await admin.connect({ url });
    const mend = await way.strike(names);
    let answers: Map<string, Reply<any>>;
    let rooms: (string | undefined)[];
    let refusal: string | void;
    try {
      [answers, rooms, refusal] = await Promise.all([
        askEveryRoute(),
        askEveryRoom(socket),
        connectingFails(),
      ]);
    } finally {
      await mend();
    }
    const isAway = ({ status, headers, body }: Reply<any>) =>
      status === 503 && headers.has('retry-after') && body.error.code === 'try_again';
    const broken = [...answers].filter(([, reply]) => reply.status >= 500 && !isAway(reply));
    expect(broken.map(([route, { status, body }]) => `${route}: ${status} ${JSON.stringify(body)}`)).toEqual(
      [],
    );
    expect(rooms.filter((code) => code !== undefined && code !== 'try_again')).toEqual([]);
    // The last known settings stay in force, so routes that need nothing else still work.
    expect(answers.get('GET /api/config')!.status).toBe(200);
    if (way.isTotal && names.length === DATABASES.length) {
      const unaware = [...answers].filter(
        ([route, reply]) => !isAway(reply) && ![...ASKS_NONE, ...REFUSED].includes(route),
      );
      expect(unaware.map(([route, { status }]) => `${route}: ${status}`)).toEqual([]);
      expect(rooms).toEqual(['try_again', 'try_again', 'try_again', 'try_again']);
      expect(refusal).toBe('try_again');
    }
    await until('orders are taken again', async () => {
      const placed = await new Visitor(url).post(
        '/api/orders',
        asks.find(([route]) => route === 'POST /api/orders')![1].options!.body,
      );
      return [201, 409].includes(placed.status);
    });
    await until('it is ready again', async () => (await admin.get('/api/health/ready')).status === 200);
    await until('rooms open again', async () =>
      (await askEveryRoom(socket)).every((code) => code === undefined),
    );
    socket.close();
  });
});
