import { readFile } from 'node:fs/promises';
import { ProductEntity } from '../../db/catalog/entities.ts';
import { createProduct, setProductPicture } from '../../db/catalog/products/products.ts';
import type { Database } from '../../db/database.ts';
import { deriveId } from '../../db/ids.ts';
import { CATALOG } from './catalog.ts';
import type { DemoProduct } from './demo-product.ts';

const PICTURES = new URL('pictures/', import.meta.url);

/**
 * Adds demo products that never existed, each with its picture; returns how many. An existing product stays as the
 * staff made it, unless an interrupted load left it without a picture. Idempotent.
 */
export async function loadCatalog(catalog: Database, currency: string): Promise<number> {
  const rows = await catalog.em
    .fork()
    .find(ProductEntity, { id: { $in: CATALOG.map(({ slug }) => productIdOf(slug)) } });
  const existing = new Map(rows.map((row) => [row.id, row]));
  let added = 0;
  for (const [index, product] of CATALOG.entries()) {
    const id = productIdOf(product.slug);
    const row = existing.get(id);
    const isUntouched = row === undefined || (row.version === 1 && !row.picture);
    if (!isUntouched) continue;
    const created = await createProduct(catalog, withIds(product), { currency, id, position: index + 1 });
    if (created) added += 1;
    await setProductPicture(catalog, id, await readFile(new URL(`${product.slug}.webp`, PICTURES)));
  }
  return added;
}

/** Returns the id of a demo product; the same on every machine. */
export function productIdOf(slug: string): string {
  return deriveId('demo', 'product', slug);
}

/** Returns the product as catalog input, with ids derived from its slug and its names. */
function withIds({ slug, picture: _, ...product }: DemoProduct): Parameters<typeof createProduct>[1] {
  return {
    ...product,
    variants: product.variants.map((variant) => ({
      ...variant,
      id: deriveId('demo', 'variant', slug, variant.name),
    })),
    optionGroups: product.optionGroups.map((group) => ({
      ...group,
      id: deriveId('demo', 'group', slug, group.name),
      options: group.options.map((option) => ({
        ...option,
        id: deriveId('demo', 'option', slug, group.name, option.name),
      })),
    })),
  };
}
