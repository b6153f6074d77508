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
  return (await em.execute<{ statement: string }[]>('select statement from pg_prepared_statements')).map(
    ({ statement }) => statement,
  );
};

test('values are bound, whatever they hold', async () => {
  const em = databases.orders.em.fork();
  const hostile = `'; drop table orders; -- $1 ? \\ "`;
  const at = new Date('2026-11-25T10:11:12.345Z');
  const [row] = await em.execute<{ at: string }[]>(
    'select ?::text as text, ?::int as number, ?::timestamptz as at, ?::boolean as truth, ?::text as nothing',
    [hostile, 42, at, true, null],
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
  for (const number of [1, 2, 3]) await em.execute('select ?::int as prepared', [number]);
  await em.execute('select 1 as plain');
  const statements = await prepared();
  expect(statements.filter((text) => text.includes('as prepared'))).toEqual(['select $1::int as prepared']);
  expect(statements.filter((text) => text.includes('as plain'))).toEqual([]);
});

test('a statement inside a transaction is rolled back with it', async () => {
  const em = databases.orders.em.fork();
  await em.execute('create temporary table notes (note text)');
  await expect(
    em.transactional(async (tx) => {
      const written = await tx.execute('insert into notes values (?), (?)', ['one', 'two'], 'run');
      expect(written).toMatchObject({ affectedRows: 2 });
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(await em.execute('select * from notes')).toEqual([]);
});

test('after a migration a prepared statement fails at most once, and is prepared anew', async () => {
  const em = databases.orders.em.fork();
  await em.execute('create temporary table tables (one int)');
  await em.execute('insert into tables values (?)', [1]);
  const read = () => em.execute('select * from tables where one = ?', [1]);
  expect(await read()).toEqual([{ one: 1 }]);
  await em.execute('alter table tables add column two int default 2');
  await expect(read()).rejects.toMatchObject({ code: '0A000' });
  expect(await read()).toEqual([{ one: 1, two: 2 }]);
});
