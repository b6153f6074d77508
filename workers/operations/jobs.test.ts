import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openDatabases, type Databases } from '../../db/databases.ts';
import { sql } from 'kysely';
import { query, run } from '../../db/sql.ts';
import { createTestDatabases } from '../../test/setup/databases.ts';
import { createJobs } from '../jobs.ts';
import { startJobs, type Round } from './jobs.ts';
import { startPresence } from './presence.ts';

let databases: Databases;
const stops: (() => Promise<void>)[] = [];
beforeAll(async () => {
  databases = await openDatabases((await createTestDatabases()).urls);
});
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
  await run(databases.orders.em.fork(), sql`delete from jobs`);
});
afterAll(() => databases.close());

/** A worker with a single job, every few milliseconds. */
async function startWorker(work: (round: Round) => Promise<void> = () => Promise.resolve()) {
  const rounds: Round[] = [];
  const errors: unknown[] = [];
  const options = {
    orders: databases.orders,
    workerId: randomUUID(),
    onError: (message: string) => errors.push(message),
  };
  const presence = await startPresence(options);
  const job = {
    name: 'count',
    everyMs: 20,
    failure: 'it could not be counted',
    run: (round: Round) => {
      rounds.push(round);
      return work(round);
    },
  };
  const jobs = startJobs({ ...options, jobs: [job] });
  let isStopped = false;
  const stop = async () => {
    if (isStopped) return;
    isStopped = true;
    await presence.leave();
    await jobs.stop();
    await presence.stop();
  };
  stops.push(stop);
  return { id: options.workerId, rounds, errors, stop };
}

const owners = () =>
  query<{ worker_id: string }>(databases.orders.em.fork(), sql`select worker_id from jobs`);

test('of two workers one does a job, and the other takes it over when that one stops', async () => {
  const first = await startWorker();
  await expect.poll(() => first.rounds.length).toBeGreaterThan(0);
  const second = await startWorker();
  const before = first.rounds.length;
  await expect.poll(() => first.rounds.length).toBeGreaterThan(before + 20);
  expect(second.rounds).toEqual([]);
  expect(await owners()).toEqual([{ worker_id: first.id }]);
  await first.stop();
  const done = first.rounds.length;
  await expect.poll(() => second.rounds.length).toBeGreaterThan(5);
  expect(first.rounds.length).toBe(done);
});

test('two workers that start at once do nothing twice', async () => {
  const both = await Promise.all([startWorker(), startWorker()]);
  await expect.poll(() => Math.max(...both.map(({ rounds }) => rounds.length))).toBeGreaterThan(20);
  expect(Math.min(...both.map(({ rounds }) => rounds.length))).toBe(0);
});

test('a job stays its worker’s until its last round is over', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const first = await startWorker(() => promise);
  await expect.poll(() => first.rounds.length).toBe(1);
  const second = await startWorker();
  const stopped = first.stop();
  await expect.poll(() => first.rounds[0]!.signal.aborted).toBe(true);
  expect(second.rounds).toEqual([]);
  resolve();
  await stopped;
  await expect.poll(() => second.rounds.length).toBeGreaterThan(0);
});

test('what a worker that died has had is another’s, which hears how long ago the last round was', async () => {
  const { orders } = databases;
  const lost = randomUUID();
  await run(
    orders.em.fork(),
    sql`with lost as (insert into workers (id, seen_at) values (${lost}, now() - interval '6 seconds'))
        insert into jobs (name, worker_id, claimed_at, done_at)
        values ('count', ${lost}, now() - interval '2 hours', now() - interval '1 hour')`,
  );
  const second = await startWorker();
  await expect.poll(() => second.rounds.length).toBeGreaterThan(2);
  expect(second.rounds[0]!.secondsSince).toBeGreaterThanOrEqual(3_600);
  expect(second.rounds.at(-1)!.secondsSince).toBeLessThan(60);
});

test('a round that fails is told of, and counts as none', async () => {
  const only = await startWorker(() => Promise.reject(new Error('no')));
  await expect.poll(() => only.rounds.length).toBeGreaterThan(2);
  expect(only.errors).toContain('it could not be counted');
  expect(only.rounds.at(-1)!.secondsSince).toBeNull();
});

test('every job of the product has a name of its own', () => {
  const names = createJobs({ databases } as Parameters<typeof createJobs>[0]).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
