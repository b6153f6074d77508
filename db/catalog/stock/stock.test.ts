import { statement } from '../../../test/setup/statement.ts';
import { sql } from 'kysely';
import { query, run } from '../../sql.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addVariant } from '../../../test/harness/records.ts';
import { createTestDatabases } from '../../../test/setup/databases.ts';
import { openDatabases, type Databases } from '../../databases.ts';
import { commitHold, holdStock, releaseHold, returnStock, sellHold, setAvailable } from './stock.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await openDatabases((await createTestDatabases()).urls);
});
afterAll(() => databases.close());

const deadline = new Date(Date.now() + 60_000);
const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

const hold = (orderId: string, ...items: [variantId: string, quantity: number][]) =>
  holdStock(databases.catalog, {
    orderId,
    deadline,
    items: items.map(([variantId, quantity]) => ({ variantId, quantity })),
  });

/** Returns `[available, live, committed, sold]` of a variant, and asserts that no unit is missing. */
async function stockOf(variantId: string) {
  const em = databases.catalog.em.fork();
  const [variant] = await query<{ available: number; received: number }>(
    em,
    sql`select available, received from variants where id = ${variantId}`,
  );
  const holds = await query<{ status: string; quantity: number }>(
    em,
    sql`select status, sum(quantity - returned)::int as quantity from holds where variant_id = ${variantId} group by status`,
  );
  const units = (status: string) => holds.find((row) => row.status === status)?.quantity ?? 0;
  const { available, received } = variant!;
  expect(available + units('live') + units('committed') + units('sold')).toBe(received);
  return [available, units('live'), units('committed'), units('sold')];
}

test('fifty buyers at once of ten units: ten hold one each, forty are told what is left', async () => {
  const variantId = await addVariant(databases.catalog, { available: 10 });
  const answers = await Promise.all(times(50, () => hold(randomUUID(), [variantId, 1])));
  expect(answers.filter((shortages) => shortages.length === 0)).toHaveLength(10);
  for (const shortages of answers.filter((each) => each.length > 0)) {
    expect(shortages).toEqual([{ variantId, requested: 1, available: 0 }]);
  }
  expect(await stockOf(variantId)).toEqual([0, 10, 0, 0]);
});

test('an order of which one thing is short holds nothing at all', async () => {
  const plenty = await addVariant(databases.catalog, { available: 5 });
  const scarce = await addVariant(databases.catalog, { available: 1 });
  expect(await hold(randomUUID(), [plenty, 2], [scarce, 2])).toEqual([
    { variantId: scarce, requested: 2, available: 1 },
  ]);
  expect(await stockOf(plenty)).toEqual([5, 0, 0, 0]);
  expect(await stockOf(scarce)).toEqual([1, 0, 0, 0]);
});

test('what was released is taken when it is held again, once, however many try at once', async () => {
  const variantId = await addVariant(databases.catalog, { available: 5 });
  const orderId = randomUUID();
  await hold(orderId, [variantId, 2]);
  await releaseHold(databases.catalog, orderId);
  expect(await stockOf(variantId)).toEqual([5, 0, 0, 0]);
  const answers = await Promise.all(times(10, () => hold(orderId, [variantId, 3])));
  expect(answers).toEqual(times(10, () => []));
  expect(await stockOf(variantId)).toEqual([2, 3, 0, 0]);
});

test('two runs for one order take its stock once, and neither is short of what the other has taken', async () => {
  const variantId = await addVariant(databases.catalog, { available: 2 });
  const orderId = randomUUID();
  const answers = await Promise.all(times(10, () => hold(orderId, [variantId, 2])));
  expect(answers).toEqual(times(10, () => []));
  expect(await stockOf(variantId)).toEqual([0, 2, 0, 0]);
});

test('orders that name the same variants in different order never lock each other out', async () => {
  const [one, two] = [
    await addVariant(databases.catalog, { available: 1000 }),
    await addVariant(databases.catalog, { available: 1000 }),
  ];
  const ids = times(40, () => randomUUID());
  await Promise.all(
    ids.map(async (id, index) => {
      await (index % 2 ? hold(id, [one, 1], [two, 2]) : hold(id, [two, 2], [one, 1]));
      if (index % 4 < 2) await releaseHold(databases.catalog, id);
    }),
  );
  expect(await stockOf(one)).toEqual([980, 20, 0, 0]);
  expect(await stockOf(two)).toEqual([960, 40, 0, 0]);
});

describe('every step may be repeated', () => {
  test('holding again holds nothing more, also in parallel', async () => {
    const variantId = await addVariant(databases.catalog, { available: 10 });
    const id = randomUUID();
    const answers = await Promise.all(times(8, () => hold(id, [variantId, 3])));
    expect(answers).toEqual(times(8, () => []));
    expect(await stockOf(variantId)).toEqual([7, 3, 0, 0]);
  });

  test('committing, selling and releasing again changes nothing', async () => {
    const variantId = await addVariant(databases.catalog, { available: 10 });
    const id = randomUUID();
    await hold(id, [variantId, 4]);
    expect(await Promise.all(times(4, () => commitHold(databases.catalog, id)))).toEqual(
      times(4, () => true),
    );
    expect(await stockOf(variantId)).toEqual([6, 0, 4, 0]);
    await Promise.all(times(4, () => sellHold(databases.catalog, id)));
    expect(await stockOf(variantId)).toEqual([6, 0, 0, 4]);
    await Promise.all(times(4, () => releaseHold(databases.catalog, id, { restock: true })));
    expect(await stockOf(variantId)).toEqual([10, 0, 0, 0]);
  });

  test('what was released cannot be committed, sold or released any more', async () => {
    const variantId = await addVariant(databases.catalog, { available: 10 });
    const id = randomUUID();
    await hold(id, [variantId, 4]);
    await releaseHold(databases.catalog, id);
    expect(await commitHold(databases.catalog, id)).toBe(false);
    await sellHold(databases.catalog, id);
    await releaseHold(databases.catalog, id, { restock: true });
    expect(await stockOf(variantId)).toEqual([10, 0, 0, 0]);
  });
});

test('what was sold is given back only when asked for', async () => {
  const variantId = await addVariant(databases.catalog, { available: 10 });
  const id = randomUUID();
  await hold(id, [variantId, 4]);
  await commitHold(databases.catalog, id);
  await sellHold(databases.catalog, id);
  await releaseHold(databases.catalog, id);
  expect(await stockOf(variantId)).toEqual([6, 0, 0, 4]);
  await releaseHold(databases.catalog, id, { restock: true });
  expect(await stockOf(variantId)).toEqual([10, 0, 0, 0]);
});

describe('units that come back with a refund', () => {
  async function sold(quantity: number) {
    const variantId = await addVariant(databases.catalog, { available: quantity });
    const orderId = randomUUID();
    await hold(orderId, [variantId, quantity]);
    await commitHold(databases.catalog, orderId);
    await sellHold(databases.catalog, orderId);
    return { variantId, orderId };
  }
  const giveBack = (id: string, orderId: string, ...items: [variantId: string, quantity: number][]) =>
    returnStock(databases.catalog, {
      id,
      orderId,
      items: items.map(([variantId, quantity]) => ({ variantId, quantity })),
    });

  test('are on sale again once, however often the refund is repeated', async () => {
    const { variantId, orderId } = await sold(5);
    const refundId = randomUUID();
    await Promise.all(times(5, () => giveBack(refundId, orderId, [variantId, 2])));
    expect(await stockOf(variantId)).toEqual([2, 0, 0, 3]);
  });

  test('are never more than were sold, whatever refunds come at once', async () => {
    const { variantId, orderId } = await sold(5);
    await Promise.all(times(6, () => giveBack(randomUUID(), orderId, [variantId, 3])));
    expect(await stockOf(variantId)).toEqual([5, 0, 0, 0]);
    await releaseHold(databases.catalog, orderId, { restock: true });
    expect(await stockOf(variantId)).toEqual([5, 0, 0, 0]);
  });

  test('are counted together where two lines are of one variant', async () => {
    const { variantId, orderId } = await sold(5);
    await giveBack(randomUUID(), orderId, [variantId, 1], [variantId, 3]);
    expect(await stockOf(variantId)).toEqual([4, 0, 0, 1]);
  });
});

test('an agent’s count sets what is available and leaves holds as they are', async () => {
  const variantId = await addVariant(databases.catalog, { available: 10 });
  await hold(randomUUID(), [variantId, 4]);
  await Promise.all([
    setAvailable(databases.catalog, variantId, 3),
    ...times(6, () => hold(randomUUID(), [variantId, 1])),
  ]);
  const [available, live] = await stockOf(variantId);
  expect(available).toBeGreaterThanOrEqual(0);
  expect(live).toBeGreaterThanOrEqual(4 + 3);
  expect(await setAvailable(databases.catalog, variantId, 100)).toBe(true);
  expect((await stockOf(variantId))[0]).toBe(100);
  expect(await setAvailable(databases.catalog, randomUUID(), 1)).toBe(false);
});

test('the database itself refuses what stock must never be', async () => {
  const variantId = await addVariant(databases.catalog, { available: 10 });
  const write = (text: string, ...values: unknown[]) =>
    run(databases.catalog.em.fork(), statement(text, ...values));
  await expect(write(`update variants set available = -1 where id = ?`, variantId)).rejects.toThrow(/check/);
  await expect(write(`update variants set available = received + 1 where id = ?`, variantId)).rejects.toThrow(
    /check/,
  );
  await expect(write(`update variants set unit_amount = -1 where id = ?`, variantId)).rejects.toThrow(
    /check/,
  );
  const insertHold = (quantity: number, status: string, id: string = randomUUID()) =>
    write(
      `insert into holds (order_id, variant_id, quantity, status, deadline) values (?, ?, ?, ?, now())`,
      id,
      variantId,
      quantity,
      status,
    );
  await expect(insertHold(0, 'live')).rejects.toThrow(/check/);
  await expect(insertHold(1, 'lost')).rejects.toThrow(/check/);
  const id = randomUUID();
  await insertHold(1, 'released', id);
  await expect(insertHold(1, 'released', id)).rejects.toThrow(/holds_pkey/);
  await expect(write(`update holds set returned = 2 where order_id = ?`, id)).rejects.toThrow(/check/);
});
