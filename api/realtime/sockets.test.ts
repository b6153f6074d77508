import { sql } from 'kysely';
import { run } from '../../db/sql.ts';
import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changeOrder } from '../../db/orders/orders/change-order.ts';
import { startApiProcess, type ApiProcess } from '../../test/setup/api-process.ts';
import { until } from '../../test/harness/until.ts';
import { addProduct, guestOrder } from '../../test/setup/menu.ts';
import { startTestSystem, type TestSystem } from '../../test/setup/system.ts';
import { signUp, Visitor } from '../../test/setup/visitor.ts';
import { watchOrder } from '../../test/setup/watched-order.ts';

let system: TestSystem;
let second: ApiProcess;
let agent: Visitor;
let variantId: string;

beforeAll(async () => {
  system = await startTestSystem({
    api: { limits: { order: { perAddress: 1e6, perPerson: 1e6, seconds: 1 } } },
  });
  second = await startApiProcess(system);
  agent = new Visitor(system.url);
  await signUp(agent, system.databases, 'agent');
  const tea = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 1000 }],
  });
  variantId = tea.variants[0]!.id;
});
afterAll(async () => {
  await second?.stop();
  await system?.stop();
});

async function watch(...request: Parameters<typeof watchOrder>) {
  const watched = await watchOrder(...request);
  const isAt = async (status: string) => {
    await expect.poll(() => watched.now().status).toBe(status);
  };
  return { ...watched, isAt };
}

const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

const paidOrder = async (visitor: Visitor) =>
  (await visitor.post('/api/orders', guestOrder(variantId, { payment: { paymentMethodId: 'pm_card_visa' } })))
    .body.order as { id: string; version: number };

/** A change without a notification. */
let changeCount = 0;
const changeSilently = (orderId: string) =>
  changeOrder(system.databases.orders, orderId, `test-${(changeCount += 1)}`, () => ({
    type: 'attention_cleared',
  }));

test('two API processes side by side tell their watchers the same versions, in order and without a gap', async () => {
  const guest = new Visitor(system.url);
  // Sequential, as in one browser: the cookie names the orders of earlier responses.
  const orders: Awaited<ReturnType<typeof paidOrder>>[] = [];
  while (orders.length < 5) orders.push(await paidOrder(guest));
  const elsewhere = { url: second.url, origin: second.url };
  const sockets = await Promise.all([{}, elsewhere, {}, elsewhere].map((at) => guest.connect(at)));
  const watchers: Awaited<ReturnType<typeof watch>>[] = [];
  for (const [index, socket] of sockets.entries())
    for (const { id } of orders) watchers.push(await watch(socket, id, { since: 0, patches: index > 1 }));
  for (const watcher of watchers) await watcher.isAt('confirmed');
  for (const { id } of orders) {
    expect((await agent.post(`/api/orders/${id}/advance`, { to: 'preparing' })).status).toBe(200);
  }
  for (const watcher of watchers) {
    await watcher.isAt('preparing');
    const last = watcher.versions().at(-1)!;
    expect(watcher.versions()).toEqual(upTo(1, last));
    const stored = (await guest.get(`/api/orders/${watcher.order.id}`)).body.order;
    expect(stored.version).toBe(last);
    expect(watcher.now()).toEqual(stored);
    const wantsPatches = watchers.indexOf(watcher) >= watchers.length / 2;
    for (const { version, order } of watcher.changes)
      if (wantsPatches) expect(order).toBeUndefined();
      // Never older than the version that it is sent with.
      else expect(order!.version).toBeGreaterThanOrEqual(version);
  }
  for (const socket of sockets) socket.close();
});

test('who comes back with the version she has is told all later ones, on another process too', async () => {
  const guest = new Visitor(system.url);
  const { id } = await paidOrder(guest);
  const before = await guest.connect();
  const watched = await watch(before, id, { since: 0 });
  await watched.isAt('confirmed');
  const seen = watched.versions().at(-1)!;
  before.close();
  await agent.command(`/api/orders/${id}/advance`, { to: 'preparing' });
  await agent.command(`/api/orders/${id}/advance`, { to: 'ready' });
  const after = await guest.connect({ url: second.url, origin: second.url });
  for (const patches of [false, true]) {
    const again = await watch(after, id, { since: seen, patches });
    expect(again.now().status).toBe('ready');
    await expect.poll(again.versions).toEqual([seen + 1, seen + 2]);
    expect(again.changes.map(({ order }) => order?.status)).toEqual(
      Array(2).fill(patches ? undefined : 'ready'),
    );
  }
  after.close();
});

test('a change whose nudge is lost is told all the same', async () => {
  const guest = new Visitor(system.url);
  const { order } = (await guest.post('/api/orders', guestOrder(variantId))).body;
  const socket = await guest.connect();
  const watched = await watch(socket, order.id);
  await changeSilently(order.id);
  await expect.poll(watched.versions).toEqual([order.version + 1]);
  socket.close();
});

test('a lost connection to PostgreSQL leaves no gap', async () => {
  const guest = new Visitor(system.url);
  const { order } = (await guest.post('/api/orders', guestOrder(variantId))).body;
  const socket = await guest.connect();
  const watched = await watch(socket, order.id);
  const killer = new Client({ connectionString: system.config.databases.orders });
  await killer.connect();
  await killer.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'sharetab feed'`,
  );
  for (let time = 0; time < 5; time += 1) await changeSilently(order.id);
  await expect.poll(() => watched.versions().at(-1)).toBe(order.version + 5);
  expect(watched.versions()).toEqual(upTo(order.version + 1, order.version + 5));
  const listens = async () =>
    (
      await killer.query(
        `select 1 from pg_stat_activity where datname = current_database() and application_name = 'sharetab feed'`,
      )
    ).rowCount;
  await expect.poll(listens).toBe(2);
  await killer.end();
  socket.close();
});

test('the board shows orders once they are paid, in at most ten batches a second, until they leave it', async () => {
  const guest = new Visitor(system.url);
  const socket = await agent.connect();
  const batches: { at: number; orders: { id: string; version: number; status: string }[] }[] = [];
  socket.on('board:changed', ({ orders }) => batches.push({ at: Date.now(), orders }));
  const answer = await socket.emitWithAck('board:watch', {});
  if ('error' in answer) throw new Error(answer.error.message);

  const unpaid = (await guest.post('/api/orders', guestOrder(variantId))).body.order;
  const orders = await Promise.all(Array.from({ length: 6 }, () => paidOrder(guest)));
  const latest = (id: string) =>
    batches.flatMap((batch) => batch.orders).findLast((order) => order.id === id)?.status;
  for (const { id } of orders) await expect.poll(() => latest(id)).toBe('confirmed');
  const [first] = orders;
  expect((await agent.post(`/api/orders/${first!.id}/cancel`, { reason: 'closed' })).status).toBe(200);
  await expect.poll(() => latest(first!.id)).toBe('canceled');

  expect(latest(unpaid.id)).toBeUndefined();
  for (const [index, { at }] of batches.entries()) {
    const inASecond = batches.slice(index).filter((batch) => batch.at < at + 1000).length;
    expect(inASecond).toBeLessThanOrEqual(11);
  }
  const told = batches.flatMap((batch) => batch.orders).map(({ id, version }) => `${id} ${version}`);
  expect(new Set(told).size).toBe(told.length);
  const board = await socket.emitWithAck('board:watch', {});
  expect('orders' in board && board.orders.map(({ id }) => id)).not.toContain(first!.id);
  socket.close();
});

test('the counter’s list has what is to be paid, live, and nothing that a card pays', async () => {
  const guest = new Visitor(system.url);
  const socket = await agent.connect();
  const told: string[] = [];
  const left: string[] = [];
  socket.on('counter:changed', ({ orders, gone }) => {
    told.push(...orders.map(({ id }) => id));
    left.push(...gone);
  });
  const before = (await guest.post('/api/orders', guestOrder(variantId))).body.order;
  const answer = await socket.emitWithAck('counter:watch', {});
  if ('error' in answer) throw new Error(answer.error.message);
  expect(answer.orders.map(({ id }) => id)).toContain(before.id);
  expect(answer.orders[0]).toHaveProperty('contact');

  const { order } = (await guest.post('/api/orders', guestOrder(variantId))).body;
  const byCard = await Promise.all(Array.from({ length: 5 }, () => paidOrder(guest)));
  await expect.poll(() => told).toContain(order.id);
  const cash = await agent.post(`/api/orders/${order.id}/shares/${order.shares[0].id}/cash`);
  expect(cash.status).toBe(200);
  await guest.command(`/api/orders/${before.id}/cancel`);
  await expect.poll(() => left.toSorted()).toEqual([order.id, before.id].toSorted());
  expect(told.filter((id) => byCard.some((paid) => paid.id === id))).toEqual([]);
  const after = await socket.emitWithAck('counter:watch', {});
  expect('orders' in after && after.orders.map(({ id }) => id)).not.toContain(order.id);
  socket.close();
});

test('cuts a client that does not read, and lets it catch up', async () => {
  const guest = new Visitor(system.url);
  const note = 'x'.repeat(200);
  const lines = Array.from({ length: 50 }, () => ({ variantId, quantity: 1, note }));
  const { order } = (await guest.post('/api/orders', guestOrder(variantId, { lines }))).body;
  const socket = await guest.connect();
  const watched = await watch(socket, order.id);
  // From here on: on a slow machine the client may miss the server's pings before the server cuts it.
  const gone = new Promise((resolve) => socket.once('disconnect', resolve));
  const tcp = (
    socket.io.engine.transport as unknown as { ws: { _socket: { pause(): void; resume(): void } } }
  ).ws._socket;
  tcp.pause();
  const operator = new Visitor(`http://127.0.0.1:${system.api.metricsPort}`);
  const cuts = async () =>
    Number(/sharetab_sockets_cut_total (\d+)/.exec((await operator.get('/metrics')).body)?.[1] ?? 0);
  let version = order.version;
  // On a slow machine the missing pongs are noticed first.
  const open = async () => Number(/sharetab_sockets (\d+)/.exec((await operator.get('/metrics')).body)?.[1]);
  const isCut = async () => (await cuts()) > 0 || (await open()) === 0;
  const fillUntilCut = async () => {
    for (let time = 0; time < 50; time += 1) {
      await changeSilently(order.id);
      version += 1;
    }
    return isCut();
  };
  await until('it is cut', fillUntilCut, { withinMs: 90_000 });
  tcp.resume();
  await gone;
  const seen = watched.versions().at(-1) ?? order.version;
  // More than anybody may leave unread: she is not cut again for what she asks for.
  while (version < seen + 150) await fillUntilCut();
  const back = await guest.connect();
  const again = await watch(back, order.id, { since: seen });
  await expect.poll(() => again.versions().at(-1)).toBe(version);
  expect(again.versions()).toEqual(upTo(seen + 1, version));
  back.close();
});

test('cuts a socket that asks without end', async () => {
  const socket = await new Visitor(system.url).connect();
  const gone = new Promise((resolve) => socket.once('disconnect', resolve));
  for (let time = 0; time < 300; time += 1) {
    socket.emit('order:watch', { orderId: randomUUID() }, () => undefined);
  }
  await gone;
});

test('cuts the sockets of an account whose role has changed, up or down, and leaves all others', async () => {
  const changed = await Promise.all(
    (['agent', 'customer'] as const).map(async (role) => {
      const visitor = new Visitor(system.url);
      const { email } = await signUp(visitor, system.databases, role);
      const socket = await visitor.connect();
      const to = role === 'agent' ? 'customer' : 'agent';
      return { email, to, gone: new Promise((resolve) => socket.once('disconnect', resolve)) };
    }),
  );
  const other = new Visitor(system.url);
  await signUp(other, system.databases, 'agent');
  const stays = await other.connect();
  for (const { email, to } of changed)
    await run(system.databases.users.em.fork(), sql`update users set role = ${to} where email = ${email}`);
  await Promise.all(changed.map(({ gone }) => gone));
  expect(stays.connected).toBe(true);
  stays.close();
});
