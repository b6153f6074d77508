import { sql } from 'kysely';
import { query } from './sql.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { foldText } from '../domain/fold.ts';
import { addProduct } from '../test/setup/menu.ts';
import { createTestDatabases } from '../test/setup/databases.ts';
import { listProducts } from './catalog/products/products.ts';
import { openDatabases, type Databases } from './databases.ts';

let databases: Databases;
let drop: () => Promise<void>;
beforeAll(async () => {
  const made = await createTestDatabases();
  drop = made.drop;
  databases = await openDatabases(made.urls);
});
afterAll(async () => {
  await databases?.close();
  await drop?.();
});

/** Every character that a database can store and people may write: all assigned characters except controls. */
const CHARACTERS = Array.from({ length: 0x30000 }, (_, point) => point)
  .filter((point) => point > 0 && (point < 0xd800 || point > 0xdfff))
  .map((point) => String.fromCodePoint(point))
  .filter((character) => /[^\p{Cn}\p{Co}]/u.test(character));

describe.each(['orders', 'catalog'] as const)('fold_text in the %s database', (name) => {
  test('folds every character as the pages do, alone, after a letter and within a word', async () => {
    const texts = CHARACTERS.flatMap((character) => [character, `A${character}b`]);
    const rows = await query<{ folded: string }>(
      databases[name].em.fork(),
      sql`select fold_text(typed) as folded from unnest(${texts}::text[]) with ordinality as t (typed, at) order by at`,
    );
    const known = await query<{ known: boolean }>(
      databases[name].em.fork(),
      sql`select unicode_assigned(typed) as known from unnest(${texts}::text[]) with ordinality as t (typed, at) order by at`,
    );
    // Node may know letters of a later Unicode version than PostgreSQL.
    const differing = texts.filter(
      (text, index) => known[index]!.known && rows[index]!.folded !== foldText(text),
    );
    expect(differing.map((text) => [text, foldText(text)])).toEqual([]);
    expect(rows.length).toBeGreaterThan(150_000);
  });
});

describe('products', () => {
  const category = randomUUID();
  const names = async (q: string) =>
    (await listProducts(databases.catalog, { q, category, limit: 100 })).map(({ name }) => name).toSorted();

  beforeAll(async () => {
    const options = [{ name: 'Oat milk', amount: 50 }];
    const add = (name: string, description: string, more = {}) =>
      addProduct(databases, { name, description, category, ...more });
    await add('Crème brûlée', 'Von der Käserei.');
    await add('Flat white', 'Silky.', { optionGroups: [{ name: 'Milk', minimum: 0, maximum: 1, options }] });
    await add('Coat check', 'For a  night.');
    await add('Käsekuchen', '100 % cream_cheese');
  });

  test.each([
    ['creme BRULEE', ['Crème brûlée']],
    ['cre\u0300me', ['Crème brûlée']],
    ['ＣＲＥＭＥ', ['Crème brûlée']],
    ['  brûlée   crème ', ['Crème brûlée']],
    ['oat', ['Flat white']],
    ['kuchen', ['Käsekuchen']],
    ['a night', ['Coat check']],
    ['%', ['Käsekuchen']],
    ['100 %', ['Käsekuchen']],
    ['cream_cheese', ['Käsekuchen']],
    ['flat brulee', []],
  ])('are found by “%s”', async (q, found) => {
    expect(await names(q)).toEqual(found);
  });
});
