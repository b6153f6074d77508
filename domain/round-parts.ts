/** Whose each line of a round is that is paid after. Pure. */

import { allocateBill, type WeightedPayer } from './allocations.ts';
import type { DuePart } from './owed.ts';

/** A line, with who pays it. */
export interface DividedLine {
  readonly id: string;
  readonly amount: number;
  readonly sharedBetween: readonly string[];
  /** The weight of each of `sharedBetween`; absent: they pay alike. */
  readonly weights?: readonly number[] | null | undefined;
  /** What each of `sharedBetween` pays, once a change has fixed it; they sum to the amount. */
  readonly parts?: readonly number[] | null | undefined;
}

/** Returns who pays a line, and her weight. */
export function weighted({
  sharedBetween,
  weights,
}: Pick<DividedLine, 'sharedBetween' | 'weights'>): WeightedPayer[] {
  return sharedBetween.map((participantId, index) => ({ participantId, weight: weights?.[index] ?? 1 }));
}

/**
 * Splits the lines of a round together, by the weights of those who share each, and returns, for each line, how much of it
 * is whose to pay, whatever of it is settled already. Parts that a change has fixed stay.
 */
export function partsOfRound(
  currency: string,
  lines: readonly DividedLine[],
): ReadonlyMap<string, readonly DuePart[]> {
  const parts = new Map(lines.map((line): [string, DuePart[]] => [line.id, fixedParts(line)]));
  const open = lines.filter((line) => !line.parts);
  const bill = open.map((line) => ({ id: line.id, amount: line.amount, sharedBetween: weighted(line) }));
  for (const { participantId, allocations } of allocateBill({ currency, lines: bill }))
    for (const { lineId, amount } of allocations) parts.get(lineId)?.push({ participantId, amount });
  return parts;
}

/** Returns what each person pays of all these lines. */
export function partsByPerson(currency: string, lines: readonly DividedLine[]): ReadonlyMap<string, number> {
  const amounts = new Map<string, number>();
  for (const parts of partsOfRound(currency, lines).values())
    for (const { participantId, amount } of parts)
      amounts.set(participantId, (amounts.get(participantId) ?? 0) + amount);
  return amounts;
}

/** What a change makes of a round: lines as they were, those that it changes as they are to be, and those that it adds. */
interface ChangedRound {
  readonly before: readonly DividedLine[];
  /** Quantity 0: the line is gone. */
  readonly changed: readonly (DividedLine & { readonly quantity: number })[];
  readonly added: readonly DividedLine[];
}

/** What each of those who share a line pays of it, in their order. */
export interface FixedParts {
  readonly lineId: string;
  readonly parts: readonly number[];
}

/**
 * Divides what changes among those who share it: `differences`, what each of them pays more, and `fixed`, what each pays from
 * now on of every line that is shared; none as long as no shared line changes. Lines that stay keep their parts.
 */
export function divideChange(
  currency: string,
  { before, changed, added }: ChangedRound,
): { readonly differences: ReadonlyMap<string, number>; readonly fixed: readonly FixedParts[] } {
  const were = partsOfRound(currency, before);
  const moved = [...changed.map((line) => ({ ...line, parts: null })), ...added];
  // Each by itself: what it comes to depends on no other line.
  const are = new Map(moved.map((line) => [line.id, partsOfRound(currency, [line]).get(line.id)!]));
  const differences = new Map<string, number>();
  const count = (parts: readonly DuePart[], sign: 1 | -1) => {
    for (const { participantId, amount } of parts)
      differences.set(participantId, (differences.get(participantId) ?? 0) + sign * amount);
  };
  for (const [lineId, parts] of are) {
    count(parts, 1);
    count(were.get(lineId) ?? [], -1);
  }
  if (!moved.some(isDivided)) return { differences, fixed: [] };
  const gone = new Set(changed.flatMap(({ id, quantity }) => (quantity === 0 ? [id] : [])));
  const fixed = [...before, ...added]
    .filter((line) => isDivided(line) && !gone.has(line.id))
    .map(({ id, sharedBetween }) => {
      const parts = are.get(id) ?? were.get(id)!;
      const partOf = (payer: string) =>
        parts.find(({ participantId }) => participantId === payer)?.amount ?? 0;
      return { lineId: id, parts: sharedBetween.map(partOf) };
    });
  return { differences, fixed };
}

function isDivided({ sharedBetween }: DividedLine): boolean {
  return sharedBetween.length > 1;
}

function fixedParts({ sharedBetween, parts }: DividedLine): DuePart[] {
  return (parts ?? []).map((amount, index) => ({ participantId: sharedBetween[index]!, amount }));
}
