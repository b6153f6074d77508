/** Reads and changes the settings of the shop, and lists their changes. */

import type { ShopChange } from '../../domain/contract/settings.ts';
import { listShopChanges, type ShopChangeRow } from '../../db/catalog/shop/changes.ts';
import { hasPrices, type Settings } from '../../db/catalog/shop/settings.ts';
import type { Databases } from '../../db/databases.ts';
import { ApiError, detailsOf } from '../http/api-error.ts';
import { readChangePage } from '../http/change-page.ts';
import type { Handlers } from '../http/route.ts';

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
          detailsOf([{ path: ['currency'], code: 'currency_in_use' }]),
        );
      }
      return { status: 200, body: { settings: changed, isCurrencyFixed: await isCurrencyFixed() } };
    },
    'GET /api/settings/changes': async ({ query }) => {
      return {
        status: 200,
        body: await readChangePage(users, query, {
          list: (page) => listShopChanges(catalog, page),
          idsOf: ({ actorId }) => [actorId],
          present,
        }),
      };
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
