import { sql } from 'kysely';
import { query, run } from './sql.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabases } from '../test/setup/databases.ts';
import { openDatabases, type Databases } from './databases.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await openDatabases((await createTestDatabases()).urls, { poolSize: 1 });
});
afterAll(() => databases.close());

const prepared = async () => {
  const em = databases.orders.em.fork();
  return (await query<{ statement: string }>(em, sql`select statement from pg_prepared_statements`)).map(
    ({ statement }) => statement,
  );
};

test('values are bound, whatever they hold', async () => {
  const em = databases.orders.em.fork();
  const hostile = `'; drop table orders; -- $1 ? \\ "`;
  const at = new Date('2026-11-25T10:11:12.345Z');
  const [row] = await query<{ at: string }>(
    em,
    sql`select ${hostile}::text as text, ${42}::int as number, ${at}::timestamptz as at, ${true}::boolean as truth, ${null}::text as nothing`,
  );
  expect({ ...row, at: new Date(row!.at) }).toEqual({
    text: hostile,
    number: 42,
    at,
    truth: true,
    nothing: null,
  });
});

test('a statement with values is prepared once per connection, one without is not', async () => {
  const em = databases.orders.em.fork();
  for (const number of [1, 2, 3]) await run(em, sql`select ${number}::int as prepared`);
  await run(em, sql`select 1 as plain`);
  const statements = await prepared();
  expect(statements.filter((text) => text.includes('as prepared'))).toEqual(['select $1::int as prepared']);
  expect(statements.filter((text) => text.includes('as plain'))).toEqual([]);
});

test('a statement inside a transaction is rolled back with it', async () => {
  const em = databases.orders.em.fork();
  await run(em, sql`create temporary table notes (note text)`);
  await expect(
    em.transactional(async (tx) => {
      const written = await run(tx, sql`insert into notes values (${'one'}), (${'two'})`);
      expect(written).toBe(2);
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(await query(em, sql`select * from notes`)).toEqual([]);
});

test('after a migration a prepared statement fails at most once, and is prepared anew', async () => {
  const em = databases.orders.em.fork();
  await run(em, sql`create temporary table tables (one int)`);
  await run(em, sql`insert into tables values (${1})`);
  const read = () => query(em, sql`select * from tables where one = ${1}`);
  expect(await read()).toEqual([{ one: 1 }]);
  await run(em, sql`alter table tables add column two int default 2`);
  await expect(read()).rejects.toMatchObject({ code: '0A000' });
  expect(await read()).toEqual([{ one: 1, two: 2 }]);
});

test('values keep their place when a fragment is part of another', async () => {
  const em = databases.orders.em.fork();
  const parts = ['b', 'c'].map((value) => sql`${value}::text`);
  const nested = sql`select ${'a'}::text || ${sql.join(parts, sql` || `)} || ${'d'}::text as text`;
  expect(await query(em, nested)).toEqual([{ text: 'abcd' }]);
  expect(await query(em, sql`select ${1}::int as one${sql.join([], sql``)}`)).toEqual([{ one: 1 }]);
});

test('SQL that carries its values in its text is refused', () => {
  const em = databases.orders.em.fork() as { execute(text: string, values: unknown[]): unknown };
  expect(() => em.execute('select ?', [1])).toThrow(TypeError);
});
