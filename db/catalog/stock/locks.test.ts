/** Runs every two writers of the stock concurrently: they must never deadlock (ADR 8). */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { playPairs, writeSlowly, type Writer } from '../../../test/harness/lock-pairs.ts';
import { createTestDatabases } from '../../../test/setup/databases.ts';
import { addProduct } from '../../../test/setup/menu.ts';
import type { Product } from '../../../domain/contract/catalog.ts';
import { openDatabases, type Databases } from '../../databases.ts';
import { readProduct, setProductPicture, updateProduct } from '../products/products.ts';
import { commitHold, holdStock, releaseHold, returnStock, sellHold, setAvailable } from './stock.ts';

interface Scene {
  readonly product: Product;
  /** An order that holds each of its variants, and one that is sold. */
  readonly soldOrderId: string;
  /** Holds each of its variants. */
  readonly orderId: string;
}

let databases: Databases;
beforeAll(async () => {
  databases = await openDatabases((await createTestDatabases()).urls, { poolSize: 24 });
  await writeSlowly(databases.catalog, ['products', 'variants', 'holds', 'stock_returns']);
});
afterAll(() => databases.close());

const catalog = () => databases.catalog;
const deadline = () => new Date(Date.now() + 60_000);
const itemsOf = ({ variants }: Product) =>
  variants.toReversed().map(({ id }) => ({ variantId: id, quantity: 1 }));

const WRITERS: Record<string, Writer<Scene>> = {
  holdStock: ({ product }) =>
    holdStock(catalog(), { orderId: randomUUID(), deadline: deadline(), items: itemsOf(product) }),
  commitHold: ({ orderId }) => commitHold(catalog(), orderId),
  sellHold: ({ orderId }) => sellHold(catalog(), orderId),
  releaseHold: ({ orderId }) => releaseHold(catalog(), orderId),
  restock: ({ soldOrderId }) => releaseHold(catalog(), soldOrderId, { restock: true }),
  returnStock: ({ product, soldOrderId }) =>
    returnStock(catalog(), { id: randomUUID(), orderId: soldOrderId, items: itemsOf(product) }),
  setAvailable: async ({ product }) => {
    for (const { id } of product.variants.toReversed()) await setAvailable(catalog(), id, 50);
  },
  updateProduct: ({ product }) =>
    updateProduct(
      catalog(),
      product.id,
      {
        variants: product.variants
          .toReversed()
          .map(({ id, name, unitAmount }) => ({ id, name, unitAmount: unitAmount + 1 })),
      },
      { currency: 'eur' },
    ),
  setProductPicture: ({ product }) => setProductPicture(catalog(), product.id, Buffer.from(randomUUID())),
};

test('no two writers of the stock ever wait for each other in a circle', async () => {
  const make = async (): Promise<Scene> => {
    const product = await addProduct(databases, {
      variants: ['S', 'M', 'L'].map((name) => ({ name, unitAmount: 300, available: 100 })),
    });
    const [orderId, soldOrderId] = [randomUUID(), randomUUID()];
    for (const id of [orderId, soldOrderId])
      await holdStock(catalog(), { orderId: id, deadline: deadline(), items: itemsOf(product) });
    await commitHold(catalog(), soldOrderId);
    await sellHold(catalog(), soldOrderId);
    return { product, orderId, soldOrderId };
  };
  expect(await playPairs(catalog(), WRITERS, make)).toEqual([]);
});

test('of two dozen who change one product at once each is done, one after another', async () => {
  const { id, version } = await addProduct(databases);
  const changes = Array.from({ length: 24 }, (_, index) =>
    index % 4 === 3
      ? setProductPicture(catalog(), id, Buffer.from(`picture ${index}`))
      : updateProduct(catalog(), id, { description: `Change ${index}` }, { currency: 'eur' }),
  );
  for (const changed of await Promise.all(changes)) {
    expect(changed).not.toBe('not_found');
    expect(changed).not.toBe(false);
  }
  expect((await readProduct(catalog(), id))!.version).toBe(version + 24);
});
