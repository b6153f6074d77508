import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { query } from '../db/sql.ts';
import { startSystem, type System } from './harness/system.ts';
import { until } from './harness/until.ts';
import { startApiProcess } from './setup/api-process.ts';
import { addProduct, guestOrder } from './setup/menu.ts';
import { startNginx, type Nginx } from './setup/nginx.ts';
import { Visitor } from './setup/visitor.ts';

/** The value in docker-compose.yml: longer than nginx keeps an idle connection. */
const DRAIN_SECONDS = '5';
const GUESTS = 2;
const PAUSE_MS = 500;
/** Half of the time that an API waits for a worker: nobody waits that long for a "try again". */
const EARLY_MS = 5_000;

let system: System;
let nginx: Nginx;
let variantId: string;

beforeAll(async () => {
  system = await startSystem({ worker: false });
  const product = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 10_000 }],
  });
  variantId = product.variants[0]!.id;
});
afterAll(async () => {
  await nginx?.stop();
  await system?.stop();
});

interface Seen {
  readonly what: string;
  readonly status: number;
  readonly ms: number;
  readonly code: string | undefined;
  /** The service being restarted when the request was sent. */
  readonly during: string;
}

/** Guests who order and read the menu over and over, and the responses they get. A slow machine gets fewer requests. */
function startGuests(url: string): { seen: Seen[]; during: string; stop(): Promise<void> } {
  const stopped = new AbortController();
  const guests = { seen: [] as Seen[], during: 'nothing', stop };
  const ask = async (what: string, send: (guest: Visitor) => Promise<{ status: number; body: unknown }>) => {
    const { during } = guests;
    const start = performance.now();
    const { status, body } = await send(new Visitor(url, null));
    const { code } = (body as { error?: { code: string } }).error ?? {};
    guests.seen.push({ what, status, ms: Math.round(performance.now() - start), code, during });
  };
  const body = () => guestOrder(variantId, { payment: { paymentMethodId: 'pm_card_visa' } });
  const running = Array.from({ length: GUESTS }, async () => {
    while (!stopped.signal.aborted) {
      await Promise.all([
        ask('order', (guest) => guest.post('/api/orders', body(), { key: randomUUID() })),
        ask('menu', (guest) => guest.get('/api/products')),
      ]);
      await delay(PAUSE_MS);
    }
  });
  async function stop() {
    stopped.abort();
    await Promise.all(running);
  }
  return guests;
}

it('APIs and workers restarted one after the other are noticed by nobody, or by an early, honest 503', async () => {
  const settings = { DRAIN_SECONDS, TRUST_PROXY: 'loopback', STRIPE_API_URL: system.stripe.url };
  const [apis, workers] = await Promise.all([
    Promise.all([startApiProcess(system, settings), startApiProcess(system, settings)]),
    Promise.all([system.startWorkerProcess(), system.startWorkerProcess()]),
  ]);
  nginx = await startNginx(apis.map(({ url }) => Number(new URL(url).port)));
  const guests = startGuests(nginx.url);

  for (const [index, api] of apis.entries()) {
    guests.during = `API ${index}`;
    const stopped = api.stop();
    await until('not ready', async () => (await fetch(`${api.url}/api/health/ready`)).status === 503);
    const answer = await fetch(`${api.url}/api/products`);
    expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
    await stopped;
    apis[index] = await startApiProcess(system, { ...settings, PORT: new URL(api.url).port });
  }
  for (const [index, worker] of workers.entries()) {
    guests.during = `worker ${index}`;
    await worker.stop();
    workers[index] = await system.startWorkerProcess();
  }
  await guests.stop();
  await until('a job was handed on to a worker that is there', async () => {
    const held = sql`select from jobs where name = 'orders_behind' and worker_id in (select id from workers)`;
    return (await query(system.databases.orders.em.fork(), held)).length === 1;
  });
  await Promise.all(apis.map((api) => api.stop()));

  const bad = guests.seen.filter(
    ({ status, ms }) => ![200, 201].includes(status) && !(status === 503 && ms < EARLY_MS),
  );
  expect(bad).toEqual([]);
  expect(guests.seen.filter(({ status }) => status === 201).length).toBeGreaterThan(10);
});
