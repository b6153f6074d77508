/** Reads and changes the shop's spots. */

import type { Config } from '../../config.ts';
import type { SpotRow } from '../../db/catalog/entities.ts';
import {
  createSpot,
  LabelTaken,
  listSpots,
  renewSpotCode,
  updateSpot,
} from '../../db/catalog/spots/spots.ts';
import { listTabsAtSpots, readSeatAtSpot, type TabAtSpot } from '../../db/orders/tabs/at-spots.ts';
import { hasExpired, presentKnock } from '../../db/orders/tabs/present-knock.ts';
import type { Databases } from '../../db/databases.ts';
import type { Settings } from '../../db/catalog/shop/settings.ts';
import { settlementsAt } from '../../domain/tabs-offered.ts';
import type { Spot, SpotForStaff } from '../../domain/contract/places.ts';
import { ApiError, detailsOf, idempotencyConflict, notFound } from '../http/api-error.ts';
import { pageOfWhole } from '../http/cursor.ts';
import { hashBody, requestIdFor } from '../http/idempotency.ts';
import type { Reads } from '../http/reads.ts';
import type { Handlers } from '../http/route.ts';
import { assertMay } from '../people/permit.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import { findSpot } from './find-spot.ts';
import { knownAs } from './knocks.ts';

export function spotRoutes({
  config: { publicUrl },
  databases: { catalog, orders },
  settings,
  reads,
  rateLimits,
}: {
  config: Config;
  databases: Databases;
  settings: Settings;
  reads: Reads;
  rateLimits: RateLimits;
}) {
  const presentForStaff = (row: SpotRow, tab: TabAtSpot | undefined): SpotForStaff => ({
    ...presentSpot(row),
    active: row.active,
    url: `${publicUrl}/s/${row.code}`,
    tab: tab ? presentTabAtSpot(tab) : null,
  });
  const showToStaff = async (row: SpotRow): Promise<SpotForStaff> =>
    presentForStaff(row, (await listTabsAtSpots(orders, [row.id]))[0]);

  return {
    'GET /api/spots': async ({ query, person, ctx }) => {
      const seesAll = query.all === 'true';
      if (seesAll) await assertMay('spots.watch', person);
      else ctx.set('Cache-Control', 'no-cache');
      const rows = await listSpots(reads.catalog, seesAll ? 'all' : 'in use');
      if (!seesAll) return { status: 200, body: pageOfWhole(rows.map(presentSpot), query, ({ id }) => id) };
      const tabs = await listTabsAtSpots(
        reads.orders,
        rows.map(({ id }) => id),
      );
      const tabAt = new Map(tabs.map((tab) => [tab.spotId, tab]));
      const spots = rows.map((row) => presentForStaff(row, tabAt.get(row.id)));
      return { status: 200, body: pageOfWhole(spots, query, ({ id }) => id) };
    },
    'GET /api/spots/:code': async ({ ctx, params, person }) => {
      const spot = await findSpot({ catalog: reads.catalog, rateLimits }, params.code, ctx.state.client);
      const who = knownAs(await person());
      const seat = await readSeatAtSpot(reads.orders, spot.id, who);
      const settlements = settlementsAt(await settings.read(), spot.kind);
      const mayOpen = !seat && settlements.length > 0;
      const mayKnock = seat !== undefined && !seat.isIn && !seat.isLocked;
      const knock = seat?.isIn || !seat?.knock || hasExpired(seat.knock) ? null : presentKnock(seat.knock);
      return {
        status: 200,
        body: {
          spot: presentSpot(spot),
          hasTab: seat !== undefined,
          tabId: seat?.isIn ? seat.tabId : null,
          may: [
            ...(mayOpen ? ['open' as const] : []),
            ...(mayKnock ? ['knock' as const] : []),
            'order_alone',
          ],
          settlements,
          knock,
        },
      };
    },
    'POST /api/spots': async ({ body, user, idempotencyKey }) => {
      const id = requestIdFor('spot', user.id, idempotencyKey);
      const requestHash = hashBody(body);
      const spot = await createSpot(catalog, body, { id, actorId: user.id, requestHash }).catch(renderTaken);
      if (spot.requestHash !== requestHash) throw idempotencyConflict();
      return { status: 201, body: { spot: await showToStaff(spot) } };
    },
    'PATCH /api/spots/:id': async ({ params, body, user }) => {
      const spot = await updateSpot(catalog, params.id, body, user.id).catch(renderTaken);
      if (!spot) throw notFound('This spot');
      return { status: 200, body: { spot: await showToStaff(spot) } };
    },
    'POST /api/spots/:id/code': async ({ params, user, idempotencyKey }) => {
      const requestId = requestIdFor(`code ${params.id}`, user.id, idempotencyKey);
      const spot = await renewSpotCode(catalog, params.id, { actorId: user.id, requestId });
      if (!spot) throw notFound('This spot');
      return { status: 200, body: { spot: await showToStaff(spot) } };
    },
  } satisfies Partial<Handlers>;
}

function presentTabAtSpot({
  spotId: _,
  openedAt,
  lastActivityAt,
  lastOrderAt,
  knocks,
  ...tab
}: TabAtSpot): NonNullable<SpotForStaff['tab']> {
  const times = {
    openedAt: openedAt.toISOString(),
    lastActivityAt: lastActivityAt.toISOString(),
    lastOrderAt: lastOrderAt?.toISOString() ?? null,
  };
  return { ...tab, ...times, knocks: [...knocks] };
}

function presentSpot({ id, kind, label, area }: SpotRow): Spot {
  return { id, kind, label, area: area ?? null };
}

function renderTaken(error: unknown): never {
  if (!(error instanceof LabelTaken)) throw error;
  throw new ApiError(
    'label_taken',
    'Another spot of this kind is called the same.',
    detailsOf([{ path: ['label'], code: 'label_taken' }]),
  );
}
