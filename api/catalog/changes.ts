/** `GET /api/products/:id/changes`: responds with the change log of a product. */

import { z } from 'zod';
import type { CatalogChange } from '../../domain/contract/catalog.ts';
import { listChanges, type CatalogChangeRow } from '../../db/catalog/products/changes.ts';
import { readProduct } from '../../db/catalog/products/products.ts';
import type { Databases } from '../../db/databases.ts';
import { readNames } from '../../db/users/people/staff.ts';
import { notFound } from '../http/api-error.ts';
import { cutPage, readCursor } from '../http/cursor.ts';
import type { Handlers } from '../http/route.ts';

const PAGE_SIZE = 50;
const cursorSchema = z.strictObject({ before: z.string().regex(/^\d{1,18}$/) });

export function catalogChangeRoutes({ databases: { catalog, users } }: { databases: Databases }) {
  return {
    'GET /api/products/:id/changes': async ({ params, query }) => {
      const productId = params.id;
      if (!(await readProduct(catalog, productId))) throw notFound('This product');
      const limit = query.limit ?? PAGE_SIZE;
      const before = readCursor(cursorSchema, query.cursor)?.before;
      const found = await listChanges(catalog, productId, { before, limit: limit + 1 });
      const { items: rows, nextCursor } = cutPage(found, limit, ({ id }) => ({ before: id }));
      const names = await readNames(
        users,
        rows.map(({ actorId }) => actorId),
      );
      return { status: 200, body: { items: rows.map((row) => present(row, names)), nextCursor } };
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
