/** `PUT /api/variants/:id/stock`: a count of what is available. */

import { productAnswer, setStockSchema } from '../../domain/contract/catalog.ts';
import type { Databases } from '../../db/databases.ts';
import { findProductOfVariant, readProduct } from '../../db/catalog/products/products.ts';
import { setAvailable } from '../../db/catalog/stock/stock.ts';
import { notFound } from '../http/api-error.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { assertStaff } from '../people/people.ts';

export function stockRoutes({ databases: { catalog } }: { databases: Databases }): Route[] {
  return [
    defineRoute({
      method: 'put',
      path: '/api/variants/:id/stock',
      tag: 'Catalog',
      summary: 'Set what is available from now on; holds stay as they are',
      who: 'staff',
      body: setStockSchema,
      answers: { 200: productAnswer },
      errors: ['unauthenticated', 'forbidden', 'not_found'],
      handle: async ({ params, body, person }) => {
        const agent = assertStaff(await person());
        const variantId = params['id']!;
        const isKnown = await setAvailable(catalog, variantId, body.available, agent.id);
        const productId = isKnown ? await findProductOfVariant(catalog, variantId) : undefined;
        const product = productId && (await readProduct(catalog, productId));
        if (!product) throw notFound('This variant');
        return { status: 200, body: { product } };
      },
    }),
  ];
}
