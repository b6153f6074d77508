/** `GET /api/products/:id/changes`: who of the staff changed what of a product. */

import type { CatalogChange } from '../../domain/contract/catalog.ts';
import { listChanges, type CatalogChangeRow } from '../../db/catalog/products/changes.ts';
import { readProduct } from '../../db/catalog/products/products.ts';
import type { Databases } from '../../db/databases.ts';
import { readNames } from '../../db/users/people/staff.ts';
import { notFound } from '../http/api-error.ts';
import type { Handlers } from '../http/route.ts';

const MOST = 50;

export function catalogChangeRoutes({ databases: { catalog, users } }: { databases: Databases }) {
  return {
    'GET /api/products/:id/changes': async ({ params }) => {
      const productId = params.id;
      if (!(await readProduct(catalog, productId))) throw notFound('This product');
      const rows = await listChanges(catalog, productId, MOST);
      const names = await readNames(
        users,
        rows.map(({ actorId }) => actorId),
      );
      return { status: 200, body: { items: rows.map((row) => present(row, names)), nextCursor: null } };
    },
  } satisfies Partial<Handlers>;
}

function present(row: CatalogChangeRow, names: ReadonlyMap<string, string>): CatalogChange {
  const { type, at, actorId, variantId, data } = row;
  return {
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
