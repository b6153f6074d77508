/** Names of places on pages. */

import { places } from '#messages';
import type { Place } from '#domain/contract/places.ts';
import type { PlaceKind } from '#domain/place.ts';
import * as naming from '#domain/place-name.ts';

const KINDS = {
  table: places.table(),
  lane: places.lane(),
  pickup: places.pickup(),
  other: '',
} as const satisfies Record<PlaceKind, string>;

/** Returns `Table 7`, `Terrace 2`, `Lane 3`, `Pick-up: Ada`. */
export function placeName(place: naming.PlaceNaming & { readonly kind: PlaceKind }): string {
  return naming.placeName(place, KINDS[place.kind]);
}

/** Returns all searchable text of a place. */
export function placeWords(place: Place): string {
  return naming.placeWords(place, KINDS[place.kind]);
}
