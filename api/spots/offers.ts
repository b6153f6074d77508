/** Whether the shop lets people order together at a place, and how they may settle. */

import type { Place } from '../../domain/contract/places.ts';
import type { ShopSettings } from '../../domain/contract/settings.ts';
import { settlementsAt } from '../../domain/tabs-offered.ts';
import type { Settlement } from '../../domain/tab.ts';
import { ApiError, detailsOf, invalidRequest } from '../http/api-error.ts';

/**
 * Returns how a tab may be settled: at the spot by whose code it is opened, or elsewhere. A place that was chosen by
 * hand must be one where people order together, too.
 */
function settlementsFor(settings: ShopSettings, place: Place | null, byCode: boolean): Settlement[] {
  const there = place && place.kind !== 'other' ? settlementsAt(settings, place.kind) : undefined;
  if (byCode) return there ?? [];
  const elsewhere = settlementsAt(settings, 'elsewhere');
  return there ? elsewhere.filter((one) => there.includes(one)) : elsewhere;
}

/** Returns the settlement that was asked for, or the usual one there. Throws invalid_request, or alone_only if it can be in no way. */
export function settlementFor(
  settings: ShopSettings,
  { place, byCode, asked }: { place: Place | null; byCode: boolean; asked: Settlement | undefined },
): Settlement {
  const offered = settlementsFor(settings, place, byCode);
  const settlement = asked === undefined ? offered[0] : offered.find((one) => one === asked);
  if (settlement !== undefined) return settlement;
  if (offered.length === 0) throw aloneOnly(byCode ? 'spotCode' : 'place');
  throw invalidRequest('The shop does not offer this way to pay a tab here.', [
    { path: ['settlement'], code: 'not_offered' },
  ]);
}

/** Throws alone_only if a tab that is settled like this may not move to a place. */
export function assertMayMove(settings: ShopSettings, place: Place, settlement: Settlement): void {
  if (!settlementsFor(settings, place, place.kind !== 'other').includes(settlement)) throw aloneOnly('place');
}

/** 409: the shop does not have people order together there. */
function aloneOnly(field: 'spotCode' | 'place'): ApiError {
  return new ApiError(
    'alone_only',
    'Here everybody orders for herself.',
    detailsOf([{ path: [field], code: 'not_offered' }]),
  );
}
