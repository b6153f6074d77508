/**
 * What a tab that is settled after still owes, whose it is, and which parts of its lines a payment takes. Pages show
 * with it what each way of paying would cost; the claim decides with it. Every sum is exact.
 */

import type { Allocation } from './allocations.ts';
import { chargeStep } from './currency.ts';
import { splitAmount } from './money.ts';
import type { SettlementWish } from './settlement.ts';

/** A part of a line that is somebody's to pay. */
export interface DuePart {
  readonly participantId: string;
  readonly amount: number;
}

/** What of a line was paid, is being paid, or is owed no more. `by` is its payer; null for what nobody pays. */
export interface SettledPart {
  readonly by: string | null;
  readonly amount: number;
}

/**
 * Returns whose the open part of a line is: `parts`, fixed with its round, lowered by everything settled in the order
 * in which it was written. Each payer pays her own part first, and beyond it the others' in proportion; what nobody
 * pays lowers all in proportion. Sums to the line less what is settled; parts of 0 are left out. Sorted by participant.
 */
export function dueParts(
  parts: readonly DuePart[],
  settled: readonly SettledPart[],
  currency: string,
): DuePart[] {
  const step = chargeStep(currency);
  let due = parts
    .filter(({ amount }) => amount > 0)
    .toSorted((left, right) => (left.participantId < right.participantId ? -1 : 1));
  for (const { by, amount } of settled) {
    const own = due.find(({ participantId }) => participantId === by)?.amount ?? 0;
    const ofOwn = Math.min(own, amount);
    due = lower(withoutPart(due, by, ofOwn), amount - ofOwn, step);
  }
  return due;
}

function withoutPart(due: readonly DuePart[], of: string | null, amount: number): DuePart[] {
  return due.flatMap((part) => {
    const left = part.participantId === of ? part.amount - amount : part.amount;
    return left > 0 ? [{ participantId: part.participantId, amount: left }] : [];
  });
}

/** Takes `amount` from all parts in proportion. */
function lower(due: DuePart[], amount: number, step: number): DuePart[] {
  if (amount === 0) return due;
  const weights = due.map((part) => part.amount);
  if (amount > sumOf(weights))
    throw new RangeError(`${amount} is more than ${sumOf(weights)}, which is owed`);
  const taken = splitAmount(amount, weights, step);
  return due.flatMap(({ participantId, amount: part }, index) => {
    const left = part - taken[index]!;
    return left > 0 ? [{ participantId, amount: left }] : [];
  });
}

/** A line that is not wholly paid, as the tab has it. */
export interface OpenLine {
  readonly lineId: string;
  readonly unitAmount: number;
  /** The sum of `due`. */
  readonly openAmount: number;
  readonly due: readonly DuePart[];
  /** What of it is being paid right now, by whom. */
  readonly claimed: readonly DuePart[];
}

/** A payment, or a claim, as far as others depend on it. */
interface Chosen {
  readonly what: { readonly kind: SettlementWish['kind']; readonly of?: number | undefined };
}

/** What a tab owes, in the order in which it was ordered. The contract's tab is one. */
export interface Owing {
  readonly currency: string;
  readonly owed: readonly OpenLine[];
  readonly payments: readonly Chosen[];
  readonly claims: readonly Chosen[];
}

/** The parts of lines that a payment takes; or why it can take none. */
export type Taken =
  | { readonly amount: number; readonly allocations: readonly Allocation[] }
  /** Somebody is paying it right now. */
  | { readonly refused: 'already_claimed'; readonly by: string; readonly lineId?: string }
  | { readonly refused: 'nothing_owed'; readonly openAmount: number; readonly lineId?: string };

/** Returns what `payer` would pay now of what the tab owes. */
export function takeOwed(owing: Owing, wish: SettlementWish, payer: string): Taken {
  const open = owing.owed.filter(({ openAmount }) => openAmount > 0);
  switch (wish.kind) {
    case 'mine':
      return taken(owing, open.map(partOf(payer)));
    case 'rest':
      return taken(owing, open.map(wholeOf));
    case 'lines':
      return takeLines(owing, wish.lines);
    case 'amount':
      return takeAmount(owing, wish.amount, payer);
    case 'even':
      return takeAmount(owing, evenPart(owing, wish.of), payer);
  }
}

/** Returns what somebody owes of it: the sum of her parts. */
export function owedBy(owing: Pick<Owing, 'owed'>, participantId: string): number {
  return sumOf(owing.owed.map((line) => partOf(participantId)(line).amount));
}

/**
 * Returns the next of `of` equal parts, the larger ones first. Those who pay in as many parts divide what is open once
 * they are through, so the last of them pays what is left of it; after that a new division begins.
 */
export function evenPart({ currency, owed, payments, claims }: Owing, of: number): number {
  const before = [...payments, ...claims].filter(({ what }) => what.kind === 'even' && what.of === of).length;
  const open = sumOf(owed.map(({ openAmount }) => openAmount));
  const parts = Array.from({ length: of - (before % of) }, () => 1);
  return splitAmount(open, parts, chargeStep(currency))[0]!;
}

function partOf(payer: string) {
  return ({ lineId, due }: OpenLine): Allocation => ({
    lineId,
    amount: due.find(({ participantId }) => participantId === payer)?.amount ?? 0,
  });
}

function wholeOf({ lineId, openAmount }: OpenLine): Allocation {
  return { lineId, amount: openAmount };
}

function taken(owing: Owing, parts: readonly Allocation[]): Taken {
  const allocations = parts.filter(({ amount }) => amount > 0);
  if (allocations.length === 0) return refusal(owing.owed);
  return { amount: sumOf(allocations.map(({ amount }) => amount)), allocations };
}

/** Why these lines have nothing to take: somebody is paying them, or nothing of them is owed. */
function refusal(lines: readonly OpenLine[], lineId?: string): Taken {
  const of = lineId === undefined ? {} : { lineId };
  const by = lines.flatMap(({ claimed }) => claimed)[0]?.participantId;
  if (by !== undefined) return { refused: 'already_claimed', by, ...of };
  return { refused: 'nothing_owed', openAmount: sumOf(lines.map(({ openAmount }) => openAmount)), ...of };
}

/** Takes what is open of each line, or so many units of it; all of them or none. */
function takeLines(
  owing: Owing,
  wanted: readonly { readonly lineId: string; readonly quantity?: number | undefined }[],
): Taken {
  const parts: Allocation[] = [];
  for (const lineId of new Set(wanted.map((each) => each.lineId))) {
    const line = owing.owed.find((each) => each.lineId === lineId);
    const units = unitsOf(wanted.filter((each) => each.lineId === lineId));
    const amount = units === undefined ? (line?.openAmount ?? 0) : units * (line?.unitAmount ?? 0);
    if (!line || amount === 0 || amount > line.openAmount) return refusal(line ? [line] : [], lineId);
    parts.push({ lineId, amount });
  }
  return taken(owing, parts);
}

/** How many units of one line are wanted; undefined: all that is open. */
function unitsOf(wanted: readonly { readonly quantity?: number | undefined }[]): number | undefined {
  return wanted.reduce<number | undefined>(
    (sum, { quantity }) => (sum === undefined || quantity === undefined ? undefined : sum + quantity),
    0,
  );
}

/**
 * Takes an amount: the payer's own parts first, then of all others in proportion to what they owe; of each, what was
 * ordered first. So it is of few lines, and lowers what the others owe alike.
 */
function takeAmount(owing: Owing, amount: number, payer: string): Taken {
  const open = sumOf(owing.owed.map(({ openAmount }) => openAmount));
  if (amount === 0 || amount > open) return refusal(owing.owed);
  const own = Math.min(amount, owedBy(owing, payer));
  const others = [...new Set(owing.owed.flatMap(({ due }) => due.map(({ participantId }) => participantId)))]
    .filter((participantId) => participantId !== payer)
    .toSorted();
  const shares = others.map((participantId) => owedBy(owing, participantId));
  const ofOthers = others.length === 0 ? [] : splitAmount(amount - own, shares, chargeStep(owing.currency));
  const left = new Map([
    [payer, own] as const,
    ...others.map((id, index) => [id, ofOthers[index]!] as const),
  ]);
  return taken(
    owing,
    owing.owed.map(({ lineId, due }) => {
      const ofLine = due.map((part) => {
        const taking = Math.min(part.amount, left.get(part.participantId)!);
        left.set(part.participantId, left.get(part.participantId)! - taking);
        return taking;
      });
      return { lineId, amount: sumOf(ofLine) };
    }),
  );
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
