import type { Page } from '#domain/contract/fields.ts';
import type { Product } from '#domain/contract/catalog.ts';
import { call } from './call.ts';

/**
 * Reads every product on sale, in menu order: follows the cursor to the end. With `all`, for staff only, includes those
 * off the menu.
 */
export async function listProducts({ all = false }: { all?: boolean } = {}): Promise<Product[]> {
  const products = new Map<string, Product>();
  let cursor: string | null = null;
  do {
    const page: Page<Product> = await call('GET /api/products', {
      query: { all: all ? 'true' : undefined, limit: 100, cursor },
    });
    // A product that moved between two page reads may be on both.
    for (const product of page.items) products.set(product.id, product);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return [...products.values()];
}
