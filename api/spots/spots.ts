/** Reads and changes the shop's spots. */

import type { Config } from '../../config.ts';
import type { SpotRow } from '../../db/catalog/entities.ts';
import {
  createSpot,
  findSpotByCode,
  LabelTaken,
  listSpots,
  updateSpot,
} from '../../db/catalog/spots/spots.ts';
import type { Databases } from '../../db/databases.ts';
import type { Spot, SpotForStaff } from '../../domain/contract/places.ts';
import { ApiError, detailsOf, idempotencyConflict, notFound } from '../http/api-error.ts';
import { pageOfWhole } from '../http/cursor.ts';
import { hashBody, requestIdFor } from '../http/idempotency.ts';
import type { Reads } from '../http/reads.ts';
import type { Handlers } from '../http/route.ts';
import { assertMay } from '../people/permit.ts';
import { spotNotInUse } from './settle-place.ts';

export function spotRoutes({
  config: { publicUrl },
  databases: { catalog },
  reads,
}: {
  config: Config;
  databases: Databases;
  reads: Reads;
}) {
  const presentForStaff = (row: SpotRow): SpotForStaff => ({
    ...presentSpot(row),
    active: row.active,
    url: `${publicUrl}/?spot=${row.code}`,
  });

  return {
    'GET /api/spots': async ({ query, person, ctx }) => {
      const seesAll = query.all === 'true';
      if (seesAll) await assertMay('spots.change', person);
      else ctx.set('Cache-Control', 'no-cache');
      const rows = await listSpots(reads.catalog, seesAll ? 'all' : 'in use');
      const spots = rows.map(seesAll ? presentForStaff : presentSpot);
      return { status: 200, body: pageOfWhole(spots, query, ({ id }) => id) };
    },
    'GET /api/spots/:code': async ({ params }) => {
      const spot = await findSpotByCode(reads.catalog, params.code);
      if (!spot) throw notFound('A table or counter with this code');
      if (!spot.active) throw spotNotInUse(spot);
      return { status: 200, body: { spot: presentSpot(spot) } };
    },
    'POST /api/spots': async ({ body, user, idempotencyKey }) => {
      const id = requestIdFor('spot', user.id, idempotencyKey);
      const requestHash = hashBody(body);
      const spot = await createSpot(catalog, body, { id, actorId: user.id, requestHash }).catch(renderTaken);
      if (spot.requestHash !== requestHash) throw idempotencyConflict();
      return { status: 201, body: { spot: presentForStaff(spot) } };
    },
    'PATCH /api/spots/:id': async ({ params, body, user }) => {
      const spot = await updateSpot(catalog, params.id, body, user.id).catch(renderTaken);
      if (!spot) throw notFound('This spot');
      return { status: 200, body: { spot: presentForStaff(spot) } };
    },
  } satisfies Partial<Handlers>;
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
