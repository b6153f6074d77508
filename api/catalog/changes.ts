/** `GET /api/products/:id/changes`: responds with the change log of a product. */

import type { CatalogChange } from '../../domain/contract/catalog.ts';
import { listChanges, type CatalogChangeRow } from '../../db/catalog/products/changes.ts';
import { readProduct } from '../../db/catalog/products/products.ts';
import type { Databases } from '../../db/databases.ts';
import { notFound } from '../http/api-error.ts';
import { readChangePage } from '../http/change-page.ts';
import type { Handlers } from '../http/route.ts';

export function catalogChangeRoutes({ databases: { catalog, users } }: { databases: Databases }) {
  return {
    'GET /api/products/:id/changes': async ({ params, query }) => {
      const productId = params.id;
      if (!(await readProduct(catalog, productId))) throw notFound('This product');
      return {
        status: 200,
        body: await readChangePage(users, query, {
          list: (page) => listChanges(catalog, productId, page),
          idsOf: ({ actorId }) => [actorId],
          present,
        }),
      };
    },
  } satisfies Partial<Handlers>;
}

function present(row: CatalogChangeRow, names: ReadonlyMap<string, string>): CatalogChange {
  const { id, type, at, actorId, variantId, data } = row;
  return {
    id,
    type,
    at: new Date(at).toISOString(),
    by: names.get(actorId) ?? null,
    variantId,
    variant: data.variant ?? null,
    parts: [...(data.parts ?? [])],
    from: data.from ?? null,
    to: data.to ?? null,
  };
}
