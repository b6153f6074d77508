/** Reads and changes the settings of the shop, and lists their changes. */

import { z } from 'zod';
import type { ShopChange } from '../../domain/contract/settings.ts';
import { listShopChanges, type ShopChangeRow } from '../../db/catalog/shop/changes.ts';
import { hasPrices, type Settings } from '../../db/catalog/shop/settings.ts';
import type { Databases } from '../../db/databases.ts';
import { readNames } from '../../db/users/people/staff.ts';
import { ApiError } from '../http/api-error.ts';
import { cutPage, readCursor } from '../http/cursor.ts';
import type { Handlers } from '../http/route.ts';

const PAGE_SIZE = 50;
const cursorSchema = z.strictObject({ before: z.string().regex(/^\d{1,18}$/) });

export function settingsRoutes({
  settings,
  databases: { catalog, users },
}: {
  settings: Settings;
  databases: Databases;
}) {
  const isCurrencyFixed = () => hasPrices(catalog.em.fork());
  return {
    'GET /api/settings': async () => ({
      status: 200,
      body: { settings: await settings.read(), isCurrencyFixed: await isCurrencyFixed() },
    }),
    'PATCH /api/settings': async ({ body, user }) => {
      const changed = await settings.change(body, user.id);
      if (changed === 'currency_in_use') {
        throw new ApiError(
          'currency_in_use',
          'The currency cannot change any more: there are prices in the one that the shop has.',
          [{ path: ['currency'], message: 'cannot change once there are prices' }],
        );
      }
      return { status: 200, body: { settings: changed, isCurrencyFixed: await isCurrencyFixed() } };
    },
    'GET /api/settings/changes': async ({ query }) => {
      const limit = query.limit ?? PAGE_SIZE;
      const before = readCursor(cursorSchema, query.cursor)?.before;
      const found = await listShopChanges(catalog, { before, limit: limit + 1 });
      const { items: rows, nextCursor } = cutPage(found, limit, ({ id }) => ({ before: id }));
      const names = await readNames(
        users,
        rows.map(({ actorId }) => actorId),
      );
      return { status: 200, body: { items: rows.map((row) => present(row, names)), nextCursor } };
    },
  } satisfies Partial<Handlers>;
}

function present(row: ShopChangeRow, names: ReadonlyMap<string, string>): ShopChange {
  return {
    id: row.id,
    type: row.type,
    at: new Date(row.at).toISOString(),
    by: names.get(row.actorId) ?? null,
    spot: row.spot,
    changes: Object.entries(row.data).map(([name, { from, to }]) => ({ name, from, to })),
  };
}
