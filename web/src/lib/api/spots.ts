import type { Spot } from '#domain/contract/places.ts';
import { call } from './call.ts';

/** Reads the spots that guests may choose. */
export async function listSpots(): Promise<Spot[]> {
  return (await call('GET /api/spots')).items;
}

/** Reads the spot of a printed code. Throws not_found, or spot_not_in_use. */
export async function findSpot(code: string): Promise<Spot> {
  return (await call('GET /api/spots/:code', { params: { code } })).spot;
}
