/**
 * What a change makes of a round that is paid after: only what is owed changes. What somebody has paid, or is paying right
 * now, stays on the bill (ADR 28). Pure.
 */

import { chargeStep } from './currency.ts';
import { amountOfUnits, spreadDiscount } from './discount.ts';
import { divideChange } from './round-parts.ts';
import {
  isSomethingLeft,
  type ChangeableLine,
  type ChangePlan,
  type LineChanges,
  type PlannedChange,
} from './change.ts';

/** A line of such a round. `returnedQuantity`: units that staff have canceled. Amounts in minor units. */
export interface OwedLine extends ChangeableLine {
  /** What of it is claimed, paid, canceled or written off. */
  readonly settledAmount: number;
  /** Who is paying a part of it right now, and how much. */
  readonly claimed: { readonly by: string; readonly amount: number } | null;
  /** What each of `sharedBetween` pays of it, once a change has fixed it. */
  readonly parts?: readonly number[] | null | undefined;
}

/** Who changes it: staff change everybody's lines. */
export type OwedChanger = { readonly participantId: string } | 'staff';

/** A round that is paid after, as it is. */
export interface OwedRound<Line extends OwedLine = OwedLine> {
  readonly currency: string;
  readonly lines: readonly Line[];
}

/**
 * Plans a change of lines that are owed. Nothing is to pay for it or goes back, so the plan moves no shares: it names
 * everybody who shares a line of it, with what her part costs more. A guest changes lines that she ordered or shares; staff
 * ask nobody. Once a shared line changes, the parts of all lines that are shared are fixed, so that rounding moves nobody else's.
 */
export function planOwedChange(
  { currency, lines }: OwedRound,
  by: OwedChanger,
  { set, add, isWaived }: LineChanges,
): PlannedChange {
  const step = chargeStep(currency);
  const quantities = new Map<string, number>();
  const touched: OwedLine[] = [];
  for (const { lineId, quantity } of set) {
    const line = lines.find(({ id }) => id === lineId);
    if (!line) return { refused: 'unknown_line', lineId };
    const refused = refusalOf(line, by, { quantity, step });
    if (refused) return { ...refused, lineId };
    touched.push(line);
    if (quantity !== line.quantity) quantities.set(lineId, quantity);
  }
  if (!isSomethingLeft(lines, quantities, add.length)) return { refused: 'nothing_left' };
  const moves = [
    ...[...quantities].map(([lineId, quantity]) => {
      const line = lines.find(({ id }) => id === lineId)!;
      return { lineId, amount: amountOfUnits(line, quantity, step) - amountOf(line) };
    }),
    ...add.map(({ id, amount }) => ({ lineId: id, amount })),
  ];
  const costsMore = moves.reduce((sum, { amount }) => sum + amount, 0);
  const waived = isWaived ? Math.max(0, costsMore) : 0;
  const discounts = spreadDiscount(
    waived,
    moves.filter(({ amount }) => amount > 0),
    step,
  );
  const differenceAmount = costsMore - waived;
  const offOf = (lineId: string) => discounts.find((discount) => discount.lineId === lineId)?.amount ?? 0;
  const divided = divideChange(currency, {
    before: lines.map((line) => ({ ...line, amount: amountOf(line) })),
    changed: [...quantities].map(([lineId, quantity]) => {
      const line = lines.find(({ id }) => id === lineId)!;
      return { ...line, quantity, amount: amountOfUnits(line, quantity, step) - offOf(lineId) };
    }),
    added: add.map(({ id, amount, sharedBetween }) => ({
      ...{ id, amount: amount - offOf(id) },
      sharedBetween: sharedBetween.map(({ participantId }) => participantId),
      weights: sharedBetween.map(({ weight }) => weight),
    })),
  });
  return {
    differenceAmount,
    quantities: [...quantities].map(([lineId, quantity]) => {
      const line = lines.find(({ id }) => id === lineId)!;
      const amount = amountOfUnits(line, quantity, step) - offOf(lineId);
      return { lineId, quantity, discountAmount: quantity * line.unitAmount - amount };
    }),
    discounts,
    ...(divided.fixed.length > 0 && { parts: divided.fixed }),
    byPayer: by === 'staff' ? [] : payersOf(by.participantId, touched, divided.differences),
  };
}

/** Returns everybody who has a part in what changes, by id, and whoever asks for it. */
function payersOf(
  asker: string,
  touched: readonly OwedLine[],
  differences: ReadonlyMap<string, number>,
): ChangePlan['byPayer'] {
  const people = new Set([
    asker,
    ...touched.flatMap(({ sharedBetween }) => sharedBetween),
    ...differences.keys(),
  ]);
  return [...people].toSorted().map((participantId) => ({
    ...{ participantId, differenceAmount: differences.get(participantId) ?? 0, shares: [], toPay: null },
  }));
}

/** Returns the fewest units that a line may have: what is paid of it, being paid, canceled or written off stays. */
export function leastQuantity(line: OwedLine, step: number): number {
  for (let quantity = line.returnedQuantity; quantity < line.quantity; quantity += 1)
    if (amountOfUnits(line, quantity, step) >= line.settledAmount) return quantity;
  return line.quantity;
}

function amountOf({ quantity, unitAmount, discountAmount }: OwedLine): number {
  return quantity * unitAmount - discountAmount;
}

function refusalOf(
  line: OwedLine,
  by: OwedChanger,
  { quantity, step }: { readonly quantity: number; readonly step: number },
): Omit<Extract<PlannedChange, { refused: unknown }>, 'lineId'> | undefined {
  if (by !== 'staff') {
    const isHers = line.participantId === by.participantId || line.sharedBetween.includes(by.participantId);
    if (!isHers) return { refused: 'not_yours' };
  }
  if (quantity >= line.quantity) return undefined;
  if (quantity < line.returnedQuantity) return { refused: 'refunded_already' };
  const least = leastQuantity(line, step);
  if (quantity >= least) return undefined;
  const { claimed } = line;
  const unclaimed = { ...line, settledAmount: line.settledAmount - (claimed?.amount ?? 0) };
  if (claimed && quantity >= leastQuantity(unclaimed, step))
    return { refused: 'already_claimed', by: claimed.by };
  return { refused: 'already_paid', leastQuantity: least };
}
