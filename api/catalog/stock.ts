/** `PUT /api/variants/:id/stock`: sets the available count of a variant. */

import type { Databases } from '../../db/databases.ts';
import { findProductOfVariant, readProduct } from '../../db/catalog/products/products.ts';
import { setAvailable } from '../../db/catalog/stock/stock.ts';
import { notFound } from '../http/api-error.ts';
import type { Handlers } from '../http/route.ts';

export function stockRoutes({ databases: { catalog } }: { databases: Databases }) {
  return {
    'PUT /api/variants/:id/stock': async ({ params, body, user }) => {
      const variantId = params.id;
      const isKnown = await setAvailable(catalog, variantId, body.available, user.id);
      const productId = isKnown ? await findProductOfVariant(catalog, variantId) : undefined;
      const product = productId && (await readProduct(catalog, productId));
      if (!product) throw notFound('This variant');
      return { status: 200, body: { product } };
    },
  } satisfies Partial<Handlers>;
}
