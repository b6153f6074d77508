/** Reconciliation resolves by itself the differences that need no decision; people resolve the rest in bulk. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Difference } from '../../domain/contract/reconciliation.ts';
import { DIFFERENCE_KINDS, isDecided } from '../../domain/reconciliation.ts';
import { ORDER_STATUSES } from '../../domain/order.ts';
import type { System } from '../harness/system.ts';
import { until } from '../harness/until.ts';
import { startComparing, type Operator } from './find-and-mend.ts';
import { AT_ONCE, canceled, confirmed, strayIntent } from './plants.ts';

let system: System;
let operator: Operator;
let variantId: string;
beforeAll(async () => {
  ({ system, operator, variantId } = await startComparing({ mendsItself: true }));
});
afterAll(() => system?.stop());

const statusOf = async (id: string) => (await system.stripeApi.paymentIntents.retrieve(id)).status;
const closed = async (): Promise<Difference[]> =>
  (await operator.admin.get('/api/differences?status=closed')).body.items;

test('only what moves no money, of an order that is over with it, is decided', () => {
  const decided = DIFFERENCE_KINDS.flatMap((kind) =>
    ORDER_STATUSES.filter((status) => isDecided(kind, status)).map((status) => `${kind} ${status}`),
  );
  expect(decided.toSorted()).toEqual(
    [
      ...['completed', 'rejected', 'expired', 'canceled'].map((status) => `open_authorization ${status}`),
      ...['confirmed', 'preparing', 'ready', 'completed', 'rejected', 'expired', 'canceled'].map(
        (status) => `orphaned_intent ${status}`,
      ),
    ].toSorted(),
  );
  for (const kind of DIFFERENCE_KINDS) expect(isDecided(kind, undefined)).toBe(false);
});

test('begun payments and reserved cards that nobody waits for are let go of, and listed as mended', async () => {
  const ended = await canceled(system, variantId);
  const served = await confirmed(system, variantId);
  const decided = [
    await strayIntent(system, ended.id),
    await strayIntent(system, served.id),
    await strayIntent(system, ended.id, AT_ONCE),
  ].map(({ id }) => id);
  const open = [
    // Possibly another system's payment: the order is not ours.
    (await strayIntent(system, randomUUID())).id,
    // A second authorization on an active order that is already paid for: a person has to find out why.
    (await strayIntent(system, served.id, AT_ONCE)).id,
  ];
  const left = await operator.compare();
  expect(left.map(({ intentId }) => intentId).toSorted()).toEqual(open.toSorted());
  for (const id of decided) {
    expect(await statusOf(id)).toBe('canceled');
    const difference = (await closed()).find(({ intentId }) => intentId === id);
    expect(difference, id).toMatchObject({ status: 'closed' });
    expect(difference!.mends).toMatchObject([{ action: 'void', by: 'Reconciliation', outcome: 'mended' }]);
  }
  for (const id of open) expect(await statusOf(id)).not.toBe('canceled');
});

test('an admin has all of the rest set right with one call; what cannot be begun is named and holds up nothing', async () => {
  const served = await confirmed(system, variantId);
  const strays = await Promise.all(Array.from({ length: 12 }, () => strayIntent(system, served.id, AT_ONCE)));
  const found = await operator.compare();
  expect(found.length).toBeGreaterThanOrEqual(strays.length);
  const mends = found.map(({ id, action }) => ({ id, action }));
  const gone = randomUUID();
  const body = { mends: [...mends, { id: gone, action: 'void' }] };
  expect((await system.agent.post('/api/differences/mend', body)).status).toBe(403);
  const key = randomUUID();
  const reply = await operator.admin.post('/api/differences/mend', body, { key });
  expect(reply.status, JSON.stringify(reply.body)).toBe(202);
  expect(reply.body.refused).toEqual([
    { id: gone, code: 'not_found', message: expect.stringContaining('could not be found') },
  ]);
  expect(reply.body.differences).toHaveLength(found.length);
  await until('all are closed', async () => {
    const ids = new Set((await closed()).map(({ id }) => id));
    return found.every(({ id }) => ids.has(id));
  });
  const again = await operator.admin.post('/api/differences/mend', body, { key });
  for (const { mends: done } of again.body.differences as Difference[])
    expect(done).toMatchObject([{ by: 'A admin', outcome: 'mended' }]);
  expect(await operator.compare()).toEqual([]);
});
