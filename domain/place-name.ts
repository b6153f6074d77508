import type { Place } from './contract/places.ts';

/** A label that holds a word says itself what it names: `Terrace 2` is no “Table Terrace 2”, but `A4` is “Table A4”. */
const HOLDS_A_WORD = /\p{L}{3,}/u;

/** What a place is called on screens and in mails: `Table 7`, `Terrace 2`, `Lane 3`, `Pick-up: Ada`. */
export function placeName({ kind, label = '', name }: PlaceNaming): string {
  const spot = HOLDS_A_WORD.test(label) ? label : [KIND_NAMES[kind], label].filter(Boolean).join(' ');
  return name === undefined ? spot : [spot, name].filter(Boolean).join(': ');
}

/** All that a place is found by. */
export function placeWords(place: Place): string {
  return [placeName(place), place.area, place.note].filter(Boolean).join(' ');
}

type PlaceNaming = Pick<Place, 'kind' | 'name'> & { readonly label?: string | undefined };

const KIND_NAMES = { table: 'Table', lane: 'Lane', pickup: 'Pick-up', other: '' } as const satisfies Record<
  Place['kind'],
  string
>;
