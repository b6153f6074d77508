/** Where an order goes, and how it is handed over. */

/**
 * How a ready order is handed over: carried to its people, or collected by them. `untold`: the place is free text, and
 * its meaning is not guessed.
 */
export type Handover = 'brought' | 'collected' | 'untold';

/** The kinds of places, each with its handover. Screens, mails and the shop's spots derive from this table. */
export const PLACES = {
  table: { handover: 'brought' },
  lane: { handover: 'brought' },
  pickup: { handover: 'collected' },
  other: { handover: 'untold' },
} as const satisfies Readonly<Record<string, { readonly handover: Handover }>>;

export type PlaceKind = keyof typeof PLACES;
export const PLACE_KINDS = Object.keys(PLACES) as [PlaceKind, ...PlaceKind[]];

/** The kinds of spots in a shop: all but free text. */
export type SpotKind = Exclude<PlaceKind, 'other'>;
export const SPOT_KINDS = PLACE_KINDS.filter((kind) => kind !== 'other') as [SpotKind, ...SpotKind[]];

/** What one may do at a spot: open a tab, ask to be let into the one that runs there, or order for oneself. */
export const SPOT_ACTS = ['open', 'knock', 'order_alone'] as const;

/** Returns how an order for this place is handed over. One without a place waits at the counter. */
export function handoverOf(place: { readonly kind: PlaceKind } | null): Handover {
  return place === null ? 'collected' : PLACES[place.kind].handover;
}
