import type { CreateSpot, SpotForStaff, UpdateSpot } from '#domain/contract/places.ts';
import { call } from '../../api/call.ts';

/** Reads all spots of the shop, in use or not, each with the target of its printed code. */
export async function listAllSpots(): Promise<SpotForStaff[]> {
  const { items } = await call('GET /api/spots', { query: { all: 'true' } });
  return items.filter((spot) => 'url' in spot);
}

/** Adds a spot. Idempotent per key. */
export async function createSpot(spot: CreateSpot, idempotencyKey: string): Promise<SpotForStaff> {
  return (await call('POST /api/spots', { body: spot, idempotencyKey })).spot;
}

/** Changes the given fields. */
export async function updateSpot(id: string, body: UpdateSpot): Promise<SpotForStaff> {
  return (await call('PATCH /api/spots/:id', { params: { id }, body })).spot;
}

/** Gives a spot a new code; the old one opens nothing any more. Idempotent per key. */
export async function renewSpotCode(id: string, idempotencyKey: string): Promise<SpotForStaff> {
  return (await call('POST /api/spots/:id/code', { params: { id }, idempotencyKey })).spot;
}
