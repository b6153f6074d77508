import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordHeldOrder } from '../test/harness/records.ts';
import { createTestDatabases } from '../test/setup/databases.ts';
import { openDatabases, type Databases } from './databases.ts';
import {
  EventEntity,
  LineEntity,
  OrderEntity,
  ParticipantEntity,
  ShareEntity,
} from './orders/entities/order.ts';
import { selectRow, selectRows } from './sql.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await openDatabases((await createTestDatabases()).urls);
});
afterAll(() => databases.close());

test('reads what the entity manager reads: the same names, dates, lists and JSON', async () => {
  const { id } = await recordHeldOrder(databases.orders);
  const em = databases.orders.em.fork();
  const plain = (rows: readonly object[]) => rows.map((row) => ({ ...row }));
  expect(await selectRow(em, OrderEntity, sql`id = ${id}`)).toEqual({
    ...(await em.findOneOrFail(OrderEntity, { id })),
  });
  for (const entity of [EventEntity, LineEntity, ParticipantEntity, ShareEntity] as const) {
    const found = await em.find(entity as typeof LineEntity, { orderId: id });
    expect(found.length).toBeGreaterThan(0);
    expect(await selectRows(em, entity as typeof LineEntity, sql`order_id = ${id}`)).toEqual(plain(found));
  }
});

test('tracks nothing: what is changed in a row is not written', async () => {
  const { id } = await recordHeldOrder(databases.orders);
  await databases.orders.em.fork().transactional(async (em) => {
    Object.assign((await selectRow(em, OrderEntity, sql`id = ${id}`))!, { reason: 'changed' });
  });
  const row = await selectRow(databases.orders.em.fork(), OrderEntity, sql`id = ${id}`);
  expect(row!.place).toEqual({ kind: 'table', label: '7' });
  expect(await selectRow(databases.orders.em.fork(), OrderEntity, sql`false`)).toBeUndefined();
});
