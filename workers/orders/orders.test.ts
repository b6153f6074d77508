import { sql } from 'kysely';
import { query, run } from '../../db/sql.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setAvailable, holdStock } from '../../db/catalog/stock/stock.ts';
import { openDatabases, type Databases } from '../../db/databases.ts';
import { readOrder } from '../../db/orders/orders/read-order.ts';
import { addVariant, recordAuthorizedOrder, recordOrder } from '../../test/harness/records.ts';
import { until } from '../../test/harness/until.ts';
import { createTestDatabases } from '../../test/setup/databases.ts';
import { createOrderActivities } from './orders.ts';
import type { OrderActivities } from '../../temporal/orders/activities.ts';
import { readShortages } from '../../db/orders/orders/read-acceptance.ts';

let databases: Databases;
let activities: OrderActivities;
const nudged: string[] = [];
beforeAll(async () => {
  databases = await openDatabases((await createTestDatabases()).urls);
  activities = createOrderActivities({
    databases,
    changes: { nudge: (id) => void nudged.push(id), stop: async () => undefined },
    staff: async () => [{ email: 'agent@example.test', language: 'en' }],
  });
});
afterAll(() => databases.close());

const available = async (variantId: string) => {
  const [row] = await query<{ available: number }>(
    databases.catalog.em.fork(),
    sql`select available from variants where id = ${variantId}`,
  );
  return row!.available;
};
const hold = (orderId: string) => activities.holdOrder({ orderId, holdMs: 60_000, payLater: true });

describe('holding the stock of an order', () => {
  test('repeated, also in parallel, holds once and answers the same', async () => {
    const variantId = await addVariant(databases.catalog, { available: 5 });
    const { id, shareId } = await recordOrder(databases.orders, { variantId, quantity: 2 });
    expect(await Promise.all([hold(id), hold(id), hold(id)])).toEqual(
      Array.from({ length: 3 }, () => ({
        order: { status: 'awaiting_payment', version: 2, attention: [] },
        deadline: expect.any(Number),
        shares: [{ id: shareId, isPaid: false }],
      })),
    );
    expect(await available(variantId)).toBe(3);
    expect((await readOrder(databases.orders, id))!.order).toMatchObject({
      status: 'awaiting_payment',
      version: 2,
    });
    expect(nudged).toContain(id);
  });

  test('answers the same shortage again, even when there is stock by then', async () => {
    const variantId = await addVariant(databases.catalog, { available: 1 });
    const { id } = await recordOrder(databases.orders, { variantId, quantity: 2 });
    const rejected = await hold(id);
    expect(rejected).toMatchObject({ order: { status: 'rejected' }, reason: 'out_of_stock' });
    await setAvailable(databases.catalog, variantId, 10);
    expect(await hold(id)).toEqual(rejected);
    expect(await readShortages(databases.orders, id)).toEqual([{ variantId, requested: 2, available: 1 }]);
    expect(await available(variantId)).toBe(10);
  });

  test('that is decided too late rejects the order and holds nothing', async () => {
    const variantId = await addVariant(databases.catalog, { available: 5 });
    const { id } = await recordOrder(databases.orders, { variantId, acceptForMs: -1 });
    expect(await hold(id)).toMatchObject({ order: { status: 'rejected' }, reason: 'too_late' });
    expect(await available(variantId)).toBe(5);
  });

  test('gives back what a try before it had held, when that try died before it was written down', async () => {
    const variantId = await addVariant(databases.catalog, { available: 5 });
    const { id } = await recordOrder(databases.orders, { variantId, quantity: 2, acceptForMs: 0 });
    await holdStock(databases.catalog, {
      orderId: id,
      deadline: new Date(),
      items: [{ variantId, quantity: 2 }],
    });
    expect(await available(variantId)).toBe(3);
    await until('it is too late', async () => (await hold(id)).order.status === 'rejected');
    expect(await available(variantId)).toBe(5);
  });

  test('gives back what it holds, when the record says that it took too long', async () => {
    const variantId = await addVariant(databases.catalog, { available: 5 });
    const { id } = await recordOrder(databases.orders, { variantId, quantity: 2, acceptForMs: 300 });
    // Another transaction locks the variant until it is too late.
    const isLocked = Promise.withResolvers<void>();
    const locked = databases.catalog.em.fork().transactional(async (em) => {
      await run(em, sql`select id from variants where id = ${variantId} for update`);
      isLocked.resolve();
      await run(em, sql`select pg_sleep(0.6)`);
    });
    await isLocked.promise;
    expect(await hold(id)).toMatchObject({ order: { status: 'rejected' }, reason: 'too_late' });
    await locked;
    expect(await available(variantId)).toBe(5);
  });
});

test('asking for a person twice asks once, and every reason stays until it is seen to', async () => {
  const { id } = await recordAuthorizedOrder(databases.orders);
  await activities.raiseAttention({ orderId: id, reason: 'void_failed' });
  await activities.raiseAttention({ orderId: id, reason: 'void_failed' });
  await activities.raiseAttention({ orderId: id, reason: 'refund_failed' });
  const { order } = (await readOrder(databases.orders, id))!;
  expect(order).toMatchObject({ needsAttention: 'void_failed', attention: ['void_failed', 'refund_failed'] });
  expect(order.version).toBe(6);
});
