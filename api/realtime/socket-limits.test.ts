import { sql } from 'kysely';
import { query } from '../../db/sql.ts';
import { randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { addProduct, guestOrder } from '../../test/setup/menu.ts';
import { startTestSystem, type TestSystem } from '../../test/setup/system.ts';
import { signUp, Visitor } from '../../test/setup/visitor.ts';

let system: TestSystem;
const open: Socket[] = [];
beforeAll(async () => {
  system = await startTestSystem({
    environment: { TRUST_PROXY: 'loopback', SOCKETS_PER_NETWORK: '20', SOCKETS_PER_PERSON: '3' },
  });
});
afterEach(() => {
  for (const socket of open.splice(0)) socket.disconnect();
});
afterAll(() => system?.stop());

const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i));

/** Opens a socket from that address, or reports that it was refused. */
function connect(address: string, cookie?: string): Promise<Socket | 'refused'> {
  const socket = io(system.url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    extraHeaders: { 'x-forwarded-for': address, ...(cookie && { cookie, origin: system.url }) },
  });
  open.push(socket);
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(socket));
    socket.once('connect_error', () => resolve('refused'));
  });
}
const refusedOf = (sockets: readonly unknown[]) => sockets.filter((socket) => socket === 'refused').length;

test('one network has so many sockets, whoever comes at once; those that close make room', async () => {
  const household = (index: number) => `2001:db8:0:7::${(index + 1).toString(16)}`;
  const sockets = await Promise.all(times(30, (index) => connect(household(index))));
  expect(refusedOf(sockets)).toBe(10);
  expect(await connect('203.0.113.9')).not.toBe('refused');
  for (const socket of sockets.slice(0, 10)) if (socket !== 'refused') socket.disconnect();
  await expect.poll(async () => connect(household(99))).not.toBe('refused');
});

test('one account has so many sockets, wherever they are', async () => {
  const customer = new Visitor(system.url);
  await signUp(customer, system.databases);
  const sockets: unknown[] = [];
  for (let host = 1; host <= 5; host += 1)
    sockets.push(await connect(`203.0.113.${host}`, customer.cookieHeader));
  expect(refusedOf(sockets)).toBe(2);
});

test('what a socket asks is answered in turn, one after another', async () => {
  const socket = (await connect('203.0.113.20')) as Socket;
  const answered: number[] = [];
  await Promise.all(
    times(60, async (index) => {
      await socket.emitWithAck('order:watch', index % 2 === 0 ? { orderId: randomUUID() } : 'nonsense');
      answered.push(index);
    }),
  );
  expect(answered).toEqual(times(60, (index) => index));
});

test('however many sockets ask without pause, orders have connections of their own', async () => {
  const product = await addProduct(system.databases);
  const variantId = product.variants[0]!.id;
  const sockets = await Promise.all(times(60, (index) => connect(`198.51.100.${Math.floor(index / 20)}`)));
  expect(refusedOf(sockets)).toBe(0);
  let isOver = false;
  let answers = 0;
  const ask = async (socket: Socket) => {
    while (!isOver && socket.connected) {
      await Promise.all(times(10, () => socket.emitWithAck('order:watch', { orderId: randomUUID() })));
      answers += 10;
    }
  };
  const flood = Promise.all(sockets.map((socket) => ask(socket as Socket)));
  const placed = await Promise.all(
    times(6, () =>
      new Visitor(system.url, null).post(
        '/api/orders',
        guestOrder(variantId, { payment: { paymentMethodId: 'pm_card_visa' } }),
      ),
    ),
  );
  const connections = await query<{ datname: string; count: number }>(
    system.databases.users.em.fork(),
    sql`select datname, count(*)::int as count from pg_stat_activity
     where application_name = 'sharetab reads' and datname = ${new URL(system.config.databases.orders).pathname.slice(1)} group by datname`,
  );
  isOver = true;
  await flood;
  expect(placed.map(({ status }) => status)).toEqual(placed.map(() => 201));
  expect(answers).toBeGreaterThan(0);
  expect(connections[0]!.count).toBeLessThanOrEqual(system.config.databaseReadPoolSize);
});
