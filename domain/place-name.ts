import type { Place } from './contract/places.ts';

/** A label that holds a word says itself what it names: `Terrace 2` is no “Table Terrace 2”, but `A4` is “Table A4”. */
const HOLDS_A_WORD = /\p{L}{3,}/u;

/**
 * What a place is called on screens and in mails: `Table 7`, `Terrace 2`, `Lane 3`, `Pick-up: Ada`. `kindName` is what
 * the reader calls its kind; empty for a place that has a name of its own alone.
 */
export function placeName({ label = '', name }: PlaceNaming, kindName: string): string {
  const spot = HOLDS_A_WORD.test(label) ? label : [kindName, label].filter(Boolean).join(' ');
  return name === undefined ? spot : [spot, name].filter(Boolean).join(': ');
}

/** All that a place is found by. */
export function placeWords(place: Place, kindName: string): string {
  return [placeName(place, kindName), place.area, place.note].filter(Boolean).join(' ');
}

export type PlaceNaming = Pick<Place, 'name'> & { readonly label?: string | undefined };
