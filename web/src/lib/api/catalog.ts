import type { Page } from '#domain/contract/fields.ts';
import type { Product } from '#domain/contract/catalog.ts';
import { call } from './call.ts';

/**
 * Every product on sale, in the order of the menu: follows the cursor to the end. With `all`, for staff only, those
 * off the menu too.
 */
export async function listProducts({ all = false }: { all?: boolean } = {}): Promise<Product[]> {
  const products = new Map<string, Product>();
  let cursor: string | null = null;
  do {
    const page: Page<Product> = await call('GET /api/products', {
      query: { all: all ? 'true' : undefined, limit: 100, cursor },
    });
    // A product that moved while the pages were read may stand on two of them.
    for (const product of page.items) products.set(product.id, product);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return [...products.values()];
}
