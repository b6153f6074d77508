import type { SpotRow } from '../../db/catalog/entities.ts';
import type { Place } from '../../domain/contract/places.ts';
import type { PlaceOrder } from '../../domain/contract/orders.ts';
import { ApiError, detailsOf, invalidRequest } from '../http/api-error.ts';

/**
 * Returns the place of a new order as it is stored: for a spot, its current kind, label and area. `spot` is the one
 * found for its `spotId`. Throws invalid_request for an unknown spot, and spot_not_in_use for one that guests may not
 * choose.
 */
export function settlePlace(given: PlaceOrder['place'], spot: SpotRow | undefined): Place | null {
  if (given === undefined) return null;
  const { spotId, kind, label = '', name, note } = given;
  const more = { ...(name !== undefined && { name }), ...(note !== undefined && { note }) };
  if (spotId === undefined) return { kind: kind!, label, ...more };
  if (!spot) {
    throw invalidRequest('This place is none of the shop.', [
      { path: ['place', 'spotId'], code: 'unknown_spot' },
    ]);
  }
  if (!spot.active) throw spotNotInUse(spot);
  const { area } = spot;
  return { kind: spot.kind, spotId, label: spot.label, ...(area && { area }), ...more };
}

/** Throws invalid_request: the shop delivers to its spots only. */
export function refuseTyped(): never {
  throw invalidRequest('Please choose one of our tables or counters.', [
    { path: ['place', 'spotId'], code: 'spot_required' },
  ]);
}

/** 409: the shop currently delivers nothing to this spot. */
export function spotNotInUse(spot: SpotRow): ApiError {
  return new ApiError(
    'spot_not_in_use',
    `“${spot.label}” is not in use at present. Please choose where you are.`,
    detailsOf([{ path: ['place', 'spotId'], code: 'spot_not_in_use' }]),
  );
}
