/** What a change brought, took and noted, as the kitchen, history, mails and screens tell it. Pure. */

import type { Place } from './contract/places.ts';
import type { ChangeDraft } from './order-change.ts';

/** Units of a line. */
export interface MovedLine {
  /** Null: the line is not on the order any more. */
  readonly lineId: string | null;
  readonly name: string;
  readonly options: readonly string[];
  readonly quantity: number;
  readonly note: string | null;
}

export interface ChangeStory {
  /** What it added, more of a line included. */
  readonly came: readonly MovedLine[];
  /** What it took off, fewer of a line included. */
  readonly went: readonly MovedLine[];
  /** Lines that have another note now, whole. */
  readonly noted: readonly MovedLine[];
  /** Null: it goes where it went. */
  readonly place: { readonly from: Place | null; readonly to: Place | null } | null;
}

interface NamedLine {
  readonly id: string;
  readonly name: string;
  readonly options: readonly { readonly name: string }[];
  readonly quantity: number;
  readonly note?: string | null | undefined;
}

/** Tells a change of an order, whose lines and place are as they were before it. */
export function storyOf(
  { set, add, place }: ChangeDraft<NamedLine>,
  before: { readonly lines: readonly NamedLine[]; readonly place: Place | null },
): ChangeStory {
  const moves = set.flatMap(({ lineId, quantity, note }) => {
    const line = before.lines.find(({ id }) => id === lineId);
    return line
      ? [{ line, quantity, was: line.note ?? null, note: note === undefined ? (line.note ?? null) : note }]
      : [];
  });
  return {
    came: [
      ...moves
        .filter(({ line, quantity }) => quantity > line.quantity)
        .map(({ line, quantity, note }) => told(line, quantity - line.quantity, note)),
      ...add.map((line) => told(line, line.quantity, line.note ?? null)),
    ],
    went: moves
      .filter(({ line, quantity }) => quantity < line.quantity)
      .map(({ line, quantity, was }) => ({
        ...told(line, line.quantity - quantity, was),
        ...(quantity === 0 && { lineId: null }),
      })),
    noted: moves
      .filter(({ quantity, was, note }) => quantity > 0 && note !== was)
      .map(({ line, quantity, note }) => told(line, quantity, note)),
    place: place ? { from: before.place, to: place } : null,
  };
}

function told({ id, name, options }: NamedLine, quantity: number, note: string | null): MovedLine {
  return { lineId: id, name, options: options.map((option) => option.name), quantity, note };
}
