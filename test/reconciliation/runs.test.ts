/** Reconciliation runs under adverse conditions: Stripe fails, workers restart, customers pay during the run. */

import { sql } from 'kysely';
import { query, run } from '../../db/sql.ts';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { randomUUID } from 'node:crypto';
import type { Reconciliation } from '../../domain/contract/reconciliation.ts';
import type { RunningWorker } from '../../workers/worker.ts';
import { registerReconciliation } from '../../temporal/reconciliation/schedule.ts';
import {
  mendWorkflowId,
  RECONCILIATION_NOW,
  RECONCILIATION_SCHEDULE,
} from '../../temporal/reconciliation/messages.ts';
import { placeOrder } from '../harness/buyer.ts';
import type { System } from '../harness/system.ts';
import { until } from '../harness/until.ts';
import { startComparing, type Operator } from './find-and-mend.ts';
import { AT_ONCE, canceled, confirmed, strayIntent } from './plants.ts';

/** More payments than fit on one page of Stripe's list. */
const INTENTS = 230;

let system: System;
let operator: Operator;
let variantId: string;
let worker: RunningWorker;
beforeAll(async () => {
  ({ system, operator, variantId } = await startComparing({ worker: false }));
  worker = await system.startWorker();
  // Another system's payments on the same account.
  const pay = () =>
    system.stripeApi.paymentIntents.create({ amount: 500, currency: 'eur', payment_method: 'pm_card_visa' });
  for (let made = 0; made < INTENTS; made += 10) await Promise.all(Array.from({ length: 10 }, pay));
});
afterEach(() => system.stripe.faults.clear());
afterAll(() => system?.stop());

type Run = Reconciliation['runs'][number];

async function lastRun(): Promise<Run | undefined> {
  const { body } = await operator.admin.get<Reconciliation>('/api/reconciliation');
  return body.runs[0];
}

/** Starts a run and returns a function that waits for its end. */
async function begin(): Promise<{ ended: () => Promise<Run> }> {
  const before = await lastRun();
  expect((await operator.admin.post('/api/reconciliation/run')).status).toBe(202);
  const isNew = async () => {
    const run = await lastRun();
    return run && run.id !== before?.id ? run : undefined;
  };
  await until('the comparison has begun', isNew);
  return {
    ended: () =>
      until(
        'the comparison has ended',
        async () => {
          const run = await lastRun();
          return run?.status === 'running' ? undefined : run;
        },
        { withinMs: 120_000 },
      ),
  };
}

const countIntents = async () =>
  (await system.stripeApi.paymentIntents.list({ limit: 100 }).autoPagingToArray({ limit: 10_000 })).length;

test('every PaymentIntent is compared once, though Stripe fails, falls silent and has enough of us', async () => {
  const path = '/v1/payment_intents';
  for (const [kind, skip] of [
    ['error_before', 0],
    ['rate_limit', 3],
    ['reset', 6],
    ['down', 9],
  ] as const)
    system.stripe.faults.add({ kind, method: 'GET', path, skip, ...(kind === 'down' && { ms: 300 }) });
  const run = await (await begin()).ended();
  system.stripe.faults.clear();
  expect(run).toMatchObject({ status: 'completed', comparedIntents: await countIntents() });
});

test('a worker that is told to stop does so, and the next one goes on where it was', async () => {
  const path = '/v1/payment_intents';
  system.stripe.faults.add({ kind: 'latency', method: 'GET', path, ms: 2_000, count: null });
  const { ended } = await begin();
  await until('it has compared something', async () => ((await lastRun())?.comparedIntents ?? 0) > 0);
  await worker.stop();
  expect((await lastRun())!.status).toBe('running');
  const seen = await countRequests(path);
  system.stripe.faults.clear();
  worker = await system.startWorker();
  expect(await ended()).toMatchObject({ status: 'completed', comparedIntents: await countIntents() });
  // No page that was already compared is read again, except those in flight.
  const all = await countRequests(path);
  expect(all - seen).toBeLessThan(all);
  expect(seen).toBeGreaterThan(4);
});

async function countRequests(path: string): Promise<number> {
  const answer = await fetch(`${system.stripe.url}/_/requests?method=GET&path=${path}&limit=1000`);
  return ((await answer.json()) as { items: unknown[] }).items.length;
}

test('payments that are made while it walks are no differences', async () => {
  system.stripe.faults.add({
    kind: 'latency',
    method: 'GET',
    path: '/v1/payment_intents',
    ms: 300,
    count: null,
  });
  const { ended } = await begin();
  const order = await confirmed(system, variantId);
  await Promise.all([
    confirmed(system, variantId),
    canceled(system, variantId),
    placeOrder(system, { variantId, pay: 'pm_card_chargeDeclined' }),
    order.cancel().then(() => order.untilClosed()),
  ]);
  expect(await ended()).toMatchObject({ status: 'completed' });
  // With no settling time here, anything awaiting a response (or its effect at Stripe) or a workflow task is reported
  // at once.
  const found = await query(
    system.databases.orders.em.fork(),
    sql`select kind, details from differences
       where kind <> all('{unknown_outcome,orphaned_intent,missing_workflow}')`,
  );
  expect(found).toEqual([]);
  system.stripe.faults.clear();
  expect(await operator.compare()).toEqual([]);
});

test('whoever asks before the workflow of a run that has ended is closed, too, has another run', async () => {
  system.stripe.faults.add({ kind: 'down', method: 'GET', path: '/v1/payment_intents', ms: 3_000 });
  await begin();
  const { id } = (await lastRun())!;
  const orders = system.databases.orders.em.fork();
  await run(orders, sql`update reconciliations set status = 'completed', ended_at = now() where id = ${id}`);
  const another = await (await begin()).ended();
  expect(another.status).toBe('completed');
});

test('a run that somebody ends says so, and leaves what was found', async () => {
  const order = await canceled(system, variantId);
  const { id } = await strayIntent(system, order.id, AT_ONCE);
  const found = await operator.find('open_authorization', ({ intentId }) => intentId === id);
  system.stripe.faults.add({ kind: 'down', method: 'GET', path: '/v1/payment_intents' });
  const { ended } = await begin();
  await system.temporal.workflow.getHandle(RECONCILIATION_NOW).cancel();
  expect(await ended()).toMatchObject({ status: 'failed' });
  const { body } = await operator.admin.get('/api/differences');
  expect(body.items).toMatchObject([{ id: found.id, status: 'open' }]);
  system.stripe.faults.clear();
  await operator.mend(found);
});

test('a mend whose workflow was ended from outside has failed, and can be asked for again', async () => {
  const order = await canceled(system, variantId);
  const { id } = await strayIntent(system, order.id, AT_ONCE);
  const found = await operator.find('open_authorization', ({ intentId }) => intentId === id);
  const path = `/api/differences/${found.id}/mend`;
  system.stripe.faults.add({ kind: 'down', path: '/v1/payment_intents/**' });
  const pressed = operator.admin.post(path, { action: 'void' });
  const handle = system.temporal.workflow.getHandle(mendWorkflowId(found.id, 1));
  await until('the mend has begun', () =>
    handle.terminate('by a test').then(
      () => true,
      () => false,
    ),
  );
  expect(await pressed).toMatchObject({ status: 202, body: { difference: { mends: [{ outcome: null }] } } });
  system.stripe.faults.clear();
  const again = await operator.admin.post(path, { action: 'void' });
  expect(again).toMatchObject({ status: 200, body: { difference: { status: 'open' } } });
  expect(again.body.difference.mends).toMatchObject([{ outcome: 'failed', note: 'workflow_ended' }]);
  await operator.mend(found);
});

test('a run that never ended is not shown as running for ever', async () => {
  const id = randomUUID();
  const orders = system.databases.orders.em.fork();
  await run(
    orders,
    sql`insert into reconciliations (id, started_by, status, started_at)
       values (${id}, 'schedule', 'running', now() - interval '5 hours')`,
  );
  await operator.compare();
  // Not through the API, which lists only the latest runs.
  expect(await query(orders, sql`select status from reconciliations where id = ${id}`)).toEqual([
    { status: 'failed' },
  ]);
});

test('Temporal starts a run by itself, as often as it was told last; what is paused stays paused', async () => {
  const schedule = system.temporal.schedule.getHandle(RECONCILIATION_SCHEDULE);
  await Promise.all([1, 2].map(() => registerReconciliation(system.temporal, 3_600_000)));
  expect((await schedule.describe()).info.lastUpdatedAt).toBeUndefined();
  await schedule.pause('by a test');
  await registerReconciliation(system.temporal, 7_200_000);
  const { spec, state, policies, info } = await schedule.describe();
  expect(info.lastUpdatedAt).toBeDefined();
  expect(spec.intervals).toMatchObject([{ every: 7_200_000 }]);
  expect(state.paused).toBe(true);
  expect(policies.overlap).toBe('SKIP');
  await schedule.trigger();
  await until('the run by schedule', async () => {
    const run = await lastRun();
    return run?.startedBy === 'schedule' && run.status === 'completed';
  });
  await schedule.delete();
});
