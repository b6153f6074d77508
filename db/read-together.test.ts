import { expect, test } from 'vitest';
import type { Database } from './database.ts';
import { readTogether } from './read-together.ts';

const one = {} as Database;
const other = {} as Database;
const idOf = ({ id }: { id: string }) => id;

test('calls of one moment share a read, of each database by itself', async () => {
  const reads: [Database, readonly string[]][] = [];
  const read = readTogether(async (database, ids) => {
    reads.push([database, ids]);
    return ids.filter((id) => id !== 'none').map((id) => ({ id }));
  }, idOf);
  const found = await Promise.all([
    read(one, 'a'),
    read(one, 'b'),
    read(one, 'a'),
    read(one, 'none'),
    read(other, 'a'),
  ]);
  expect(found).toEqual([{ id: 'a' }, { id: 'b' }, { id: 'a' }, undefined, { id: 'a' }]);
  expect(reads).toEqual([
    [one, ['a', 'b', 'none']],
    [other, ['a']],
  ]);
});

test('a call while a read runs is answered by the next one, as what it asks for may have changed since', async () => {
  let version = 0;
  const reading = Promise.withResolvers<void>();
  const read = readTogether(async (_, ids) => {
    const seen = (version += 1);
    if (seen === 1) await reading.promise;
    return ids.map((id) => ({ id, seen }));
  }, idOf);
  const first = read(one, 'a');
  await new Promise(setImmediate);
  const second = await read(one, 'a');
  reading.resolve();
  expect([await first, second]).toEqual([
    { id: 'a', seen: 1 },
    { id: 'a', seen: 2 },
  ]);
});

test('a read that fails fails for all who share it, and not for the next', async () => {
  let count = 0;
  const read = readTogether(async (_, ids) => {
    if ((count += 1) === 1) throw new Error('away');
    return ids.map((id) => ({ id }));
  }, idOf);
  const both = await Promise.allSettled([read(one, 'a'), read(one, 'b')]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await read(one, 'a')).toEqual({ id: 'a' });
});
