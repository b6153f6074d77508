import type { PlaceInput } from '#domain/contract/places.ts';
import { lineProblem } from '../forms/field-problems.ts';

/** How an order reaches its people. */
export type PlaceKind = 'table' | 'lane' | 'pickup';

export interface Place {
  readonly kind: PlaceKind;
  /** The number of the table or lane, or the name to call. */
  readonly detail: string;
}

/** The place as the order carries it. */
export function placeInput({ kind, detail }: Place): PlaceInput {
  const given = detail.trim();
  return kind === 'pickup' ? { kind, name: given } : { kind, label: given };
}

/** What is missing of a place, in words; undefined when it is complete. */
export function placeProblem({ kind, detail }: Place): string | undefined {
  const given = detail.trim();
  if (kind === 'pickup') return lineProblem(given, 'Under which name shall we call you?');
  if (given === '') return kind === 'table' ? 'Which table are you at?' : 'Which lane are you on?';
  return /^[1-9]\d{0,2}$/.test(given) ? undefined : `A ${kind} has a number from 1 to 999.`;
}
