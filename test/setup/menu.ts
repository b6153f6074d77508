import { sql } from 'kysely';
import { createProduct } from '../../db/catalog/products/products.ts';
import type { Databases } from '../../db/databases.ts';
import { queryFirst } from '../../db/sql.ts';
import type { CreateProduct, Product } from '../../domain/contract/catalog.ts';

/** A product on the menu; by default tea at 3.50 with ten in stock. */
export async function addProduct(
  databases: Databases,
  input: Partial<CreateProduct> = {},
  currency = 'eur',
): Promise<Product> {
  const product = await createProduct(
    databases.catalog,
    {
      name: 'Tea',
      description: '',
      category: 'Drinks',
      allergens: [],
      taxRate: 1900,
      active: true,
      variants: [{ name: 'Regular', unitAmount: 350, available: 10 }],
      optionGroups: [],
      ...input,
    },
    { currency },
  );
  return product!;
}

/** Sells a product of one variant, enough for every test. Returns the variant's id. */
export async function sell(
  databases: Databases,
  unitAmount: number,
  { available = 100 }: { available?: number | undefined } = {},
): Promise<string> {
  const { variants } = await addProduct(databases, {
    variants: [{ name: 'Regular', unitAmount, available }],
  });
  return variants[0]!.id;
}

/** Returns how many units of a variant are on sale. */
export async function availableOf({ catalog }: Databases, variantId: string): Promise<number> {
  const row = await queryFirst<{ available: number }>(
    catalog.em.fork(),
    sql`select available from variants where id = ${variantId}`,
  );
  return row!.available;
}

/** The request body of a guest's order for one variant. */
export function guestOrder(variantId: string, more: Record<string, unknown> = {}) {
  return {
    lines: [{ variantId, quantity: 1 }],
    contact: { name: 'Ada', email: `ada-${crypto.randomUUID()}@example.test` },
    ...more,
  };
}

/** A picture of one pixel. */
export const TINY_PNG = new Uint8Array(
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  ),
);
