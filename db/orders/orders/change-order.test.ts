import { sql } from 'kysely';
import { query, run } from '../../sql.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordHeldOrder, recordOrder } from '../../../test/harness/records.ts';
import { until } from '../../../test/harness/until.ts';
import { createTestDatabases } from '../../../test/setup/databases.ts';
import { openDatabases, type Databases } from '../../databases.ts';
import { ORDER_STATUSES, isTransition, type Actor } from '../../../domain/order.ts';
import { changeOrder, changeOrderAtOnce, OrderMissing, TransitionRefused } from './change-order.ts';
import { readHoldRequest, recordHeld } from './place-order.ts';
import { readEvents, readOrder } from './read-order.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await openDatabases((await createTestDatabases()).urls);
});
afterAll(() => databases.close());

const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

test('thirty writers at once leave versions 1, 2, 3 … without a gap, and the order at the last', async () => {
  const { id } = await recordOrder(databases.orders);
  await Promise.all(
    times(30, (index) =>
      changeOrder(databases.orders, id, `step:${index}`, (order) => {
        order.place = { kind: 'table', label: String(index) };
        return { type: 'attention_raised', data: { amount: index } };
      }),
    ),
  );
  const events = await readEvents(databases.orders, id, 0);
  expect(events.map((event) => event.version)).toEqual(times(31, (index) => index + 1));
  const { order } = (await readOrder(databases.orders, id))!;
  expect(order.version).toBe(31);
  expect(order.place).toEqual({ kind: 'table', label: String(events.at(-1)!.amount) });
});

test('a step repeated with its dedupe key changes nothing and answers the first event, also in parallel', async () => {
  const { id } = await recordOrder(databases.orders);
  let changes = 0;
  const step = () =>
    changeOrder(databases.orders, id, 'the-step', (order) => {
      changes += 1;
      order.place = { kind: 'other', label: `change ${changes}` };
      return { type: 'attention_raised' };
    });
  const events = await Promise.all(times(10, step));
  expect(new Set(events.map(({ event }) => event!.version))).toEqual(new Set([2]));
  expect((await readOrder(databases.orders, id))!.order).toMatchObject({
    version: 2,
    place: { label: 'change 1' },
  });
  expect(changes).toBe(1);
});

test('a step that changes nothing takes no version', async () => {
  const { id } = await recordOrder(databases.orders);
  expect(await changeOrder(databases.orders, id, 'nothing', () => undefined)).toEqual({
    event: undefined,
    order: { status: 'placing', version: 1, attention: [] },
  });
  await changeOrder(databases.orders, id, 'something', () => ({ type: 'attention_raised' }));
  expect((await readEvents(databases.orders, id, 0)).map((event) => event.version)).toEqual([1, 2]);
});

test('a step that fails half-way leaves neither event nor change', async () => {
  const { id } = await recordHeldOrder(databases.orders);
  const before = await readOrder(databases.orders, id);
  await expect(
    changeOrder(databases.orders, id, 'broken', async (order, em) => {
      order.place = { kind: 'other', label: 'elsewhere' };
      await em.flush();
      throw new Error('half-way');
    }),
  ).rejects.toThrow('half-way');
  expect(await readOrder(databases.orders, id)).toEqual(before);
  expect(await readEvents(databases.orders, id, 2)).toEqual([]);
});

test('the event says the status that the order has with it', async () => {
  const { id } = await recordOrder(databases.orders);
  const { event } = await changeOrder(databases.orders, id, 'rejected', (order) => {
    order.status = 'rejected';
    return { type: 'rejected', data: { reason: 'too_late' } };
  });
  expect(event!.data).toEqual({ status: 'rejected', reason: 'too_late' });
});

test('an order that is not there cannot be changed', async () => {
  await expect(
    changeOrder(databases.orders, randomUUID(), 'step', () => ({ type: 'attention_raised' })),
  ).rejects.toThrow(OrderMissing);
});

test('a step in one statement counts once, however many do it at the same time', async () => {
  const { id } = await recordOrder(databases.orders);
  const wanted = (await readHoldRequest(databases.orders, id))!;
  const hold = () =>
    recordHeld(databases.orders, id, { ...wanted, deadline: new Date(Date.now() + 60_000), payLater: true });
  const held = await Promise.all(times(10, hold));
  for (const standing of held) expect(standing).toMatchObject({ status: 'awaiting_payment', version: 2 });
  expect(held.filter(({ owed }) => owed !== undefined)).toHaveLength(1);
  expect(
    (await readEvents(databases.orders, id, 0)).map(({ version, type }) => `${version} ${type}`),
  ).toEqual(['1 placed', '2 held']);
  const em = databases.orders.em.fork();
  expect(await query(em, sql`select type from mails where order_id = ${id}`)).toEqual([
    { type: 'order_received' },
  ]);
});

test('a hold that had to wait for the lock is judged by the time at which it has it', async () => {
  const { id } = await recordOrder(databases.orders, { acceptForMs: 400 });
  const wanted = (await readHoldRequest(databases.orders, id))!;
  const recorded = await databases.orders.em.fork().transactional(async (em) => {
    await run(em, sql`select from orders where id = ${id} for share`);
    const hold = recordHeld(databases.orders, id, {
      ...wanted,
      deadline: new Date(Date.now() + 60_000),
      payLater: false,
    });
    await until('the hold waits, and its time has passed', async () => {
      const [row] = await query<{ waits: boolean; late: boolean }>(
        em,
        sql`select exists (select from pg_locks where not granted) as waits,
           (select clock_timestamp() > accept_before from orders where id = ${id}) as late`,
      );
      return row!.waits && row!.late;
    });
    return { hold };
  });
  expect(await recorded.hold).toMatchObject({ status: 'placing' });
  expect((await readOrder(databases.orders, id))!.order.status).toBe('placing');
});

test('no writer leads an order where the transitions table has no way for who does it, and nothing is written', async () => {
  const { orders } = databases;
  const { id } = await recordOrder(orders);
  const actors: readonly Actor[] = ['host', 'agent', 'workflow'];
  for (const from of ORDER_STATUSES) {
    await run(orders.em.fork(), sql`update orders set status = ${from} where id = ${id}`);
    for (const to of ORDER_STATUSES.filter((each) => each !== from)) {
      for (const actor of actors.filter((by) => !isTransition(from, to, by))) {
        const draft = { type: 'attention_raised', actor, actorId: 'somebody' } as const;
        const dedupeKey = [from, to, actor].join();
        const slow = changeOrder(orders, id, dedupeKey, (order) => {
          order.status = to;
          return draft;
        });
        await expect(slow, `${actor} by changeOrder`).rejects.toThrow(TransitionRefused);
        const quick = changeOrderAtOnce(orders, {
          orderId: id,
          from,
          to,
          parts: [],
          events: [{ ...draft, dedupeKey }],
        });
        await expect(quick, `${actor} by changeOrderAtOnce`).rejects.toThrow(TransitionRefused);
      }
    }
  }
  expect(await readEvents(orders, id, 1)).toEqual([]);
});
