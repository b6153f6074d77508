import type { CreateSpot, SpotForStaff, UpdateSpot } from '#domain/contract/places.ts';
import { call } from '../../api/call.ts';

/** All spots of the shop, in use or not, each with what its printed code opens. */
export async function listAllSpots(): Promise<SpotForStaff[]> {
  const { items } = await call('GET /api/spots', { query: { all: 'true' } });
  return items.filter((spot) => 'url' in spot);
}

/** Adds a spot; the same key makes it once. */
export async function createSpot(spot: CreateSpot, idempotencyKey: string): Promise<SpotForStaff> {
  return (await call('POST /api/spots', { body: spot, idempotencyKey })).spot;
}

/** Changes what is given. */
export async function updateSpot(id: string, body: UpdateSpot): Promise<SpotForStaff> {
  return (await call('PATCH /api/spots/:id', { params: { id }, body })).spot;
}
