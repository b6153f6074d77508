import type { Page, Product } from './answers.ts';
import { request } from './request.ts';

/** Every product on sale, in the order of the menu: follows the cursor to the end. */
export async function listProducts(signal?: AbortSignal): Promise<Product[]> {
  const products: Product[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<Product> = await request('GET', '/api/products', {
      query: { limit: 100, cursor },
      ...(signal ? { signal } : {}),
    });
    products.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return products;
}
