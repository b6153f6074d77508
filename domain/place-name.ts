import type { Place } from './contract/places.ts';

/** A label that contains a word needs no kind: `Terrace 2`, not “Table Terrace 2”; but `A4` becomes “Table A4”. */
const HOLDS_A_WORD = /\p{L}{3,}/u;

/**
 * Returns a place's name on screens and in mails: `Table 7`, `Terrace 2`, `Lane 3`, `Pick-up: Ada`. `kindName` is the
 * kind in the reader's language; empty for a place with only a name of its own.
 */
export function placeName({ label = '', name }: PlaceNaming, kindName: string): string {
  const spot = HOLDS_A_WORD.test(label) ? label : [kindName, label].filter(Boolean).join(' ');
  return name === undefined ? spot : [spot, name].filter(Boolean).join(': ');
}

/** Returns the text by which a place is found. */
export function placeWords(place: Place, kindName: string): string {
  return [placeName(place, kindName), place.area, place.note].filter(Boolean).join(' ');
}

export type PlaceNaming = Pick<Place, 'name'> & { readonly label?: string | undefined };
