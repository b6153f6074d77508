/** Where an order goes, and how it gets to its people. */

/**
 * How a ready order is handed over: carried to its people, or fetched by them. `untold`: the place is somebody's own
 * words, and nobody reads out of words what they mean.
 */
export type Handover = 'brought' | 'collected' | 'untold';

/** The kinds of places, each with its handover. Screens, mails and the spots of a shop are read from this table. */
export const PLACES = {
  table: { handover: 'brought' },
  lane: { handover: 'brought' },
  pickup: { handover: 'collected' },
  other: { handover: 'untold' },
} as const satisfies Readonly<Record<string, { readonly handover: Handover }>>;

export type PlaceKind = keyof typeof PLACES;
export const PLACE_KINDS = Object.keys(PLACES) as [PlaceKind, ...PlaceKind[]];

/** The kinds of spots that a shop has: all but somebody's own words. */
export type SpotKind = Exclude<PlaceKind, 'other'>;
export const SPOT_KINDS = PLACE_KINDS.filter((kind) => kind !== 'other') as [SpotKind, ...SpotKind[]];

/** How an order for this place is handed over. One without a place waits at the counter. */
export function handoverOf(place: { readonly kind: PlaceKind } | null): Handover {
  return place === null ? 'collected' : PLACES[place.kind].handover;
}
