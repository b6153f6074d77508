import { LIMITS } from '#domain/limits.ts';
import { readStored, writeStored } from '../browser/stored.ts';

/** How an order reaches its people. */
export type PlaceKind = 'table' | 'lane' | 'pick-up';

export interface Place {
  readonly kind: PlaceKind;
  /** The number of the table or lane, or the name to call. */
  readonly detail: string;
}

const STORED_AS = 'sharetab.place.1';

/** The place as the order carries it: "Table 7", "Lane 3", "Pick-up: Ada". */
export function placeText({ kind, detail }: Place): string {
  const given = detail.trim();
  switch (kind) {
    case 'table':
      return `Table ${given}`;
    case 'lane':
      return `Lane ${given}`;
    case 'pick-up':
      return `Pick-up: ${given}`.slice(0, LIMITS.placeLength);
  }
}

/** What is missing of a place, in words; undefined when it is complete. */
export function placeProblem({ kind, detail }: Place): string | undefined {
  const given = detail.trim();
  if (kind === 'pick-up') return given === '' ? 'Under which name shall we call you?' : undefined;
  if (given === '') return kind === 'table' ? 'Which table are you at?' : 'Which lane are you on?';
  return /^[1-9]\d{0,2}$/.test(given) ? undefined : `A ${kind} has a number from 1 to 999.`;
}

/** The place chosen last in this browser. */
export function storedPlace(): Place {
  const stored = readStored<Partial<Place> | null>(STORED_AS);
  const isPlace =
    ['table', 'lane', 'pick-up'].includes(stored?.kind ?? '') && typeof stored?.detail === 'string';
  return isPlace ? (stored as Place) : { kind: 'table', detail: '' };
}

export function storePlace(place: Place): void {
  writeStored(STORED_AS, place);
}

/** Keeps the place that a code on a table or a lane carries: `/?table=7`, `/?lane=3`. */
export function rememberPlaceFrom(search: Pick<URLSearchParams, 'get'>): void {
  for (const kind of ['table', 'lane'] as const) {
    const detail = search.get(kind);
    if (detail !== null && placeProblem({ kind, detail }) === undefined) storePlace({ kind, detail });
  }
}
