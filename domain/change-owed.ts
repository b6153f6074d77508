/**
 * What a change makes of a round that is paid after: only what is owed changes. What somebody has paid, or is paying right
 * now, stays on the bill (ADR 28). Pure.
 */

import { chargeStep } from './currency.ts';
import { amountOfUnits, spreadDiscount } from './discount.ts';
import { isSomethingLeft, type ChangeableLine, type LineChanges, type PlannedChange } from './change.ts';

/** A line of such a round. `returnedQuantity`: units that staff have canceled. Amounts in minor units. */
export interface OwedLine extends ChangeableLine {
  /** What of it is claimed, paid, canceled or written off. */
  readonly settledAmount: number;
  /** Who is paying a part of it right now, and how much. */
  readonly claimed: { readonly by: string; readonly amount: number } | null;
}

/** Who changes it: staff change everybody's lines. */
export type OwedChanger = { readonly participantId: string } | 'staff';

/** A round that is paid after, as it is. */
export interface OwedRound<Line extends OwedLine = OwedLine> {
  readonly currency: string;
  readonly lines: readonly Line[];
}

/**
 * Plans a change of lines that are owed. Nothing is to pay for it or goes back, so the plan moves no shares, and nobody else is to agree. A guest changes
 * her own lines; one that is shared is changed with the agreement of those who share it, or by staff.
 */
export function planOwedChange(
  { currency, lines }: OwedRound,
  by: OwedChanger,
  { set, add, isWaived }: LineChanges,
): PlannedChange {
  const step = chargeStep(currency);
  const quantities = new Map<string, number>();
  for (const { lineId, quantity } of set) {
    const line = lines.find(({ id }) => id === lineId);
    if (!line) return { refused: 'unknown_line', lineId };
    const refused = refusalOf(line, by, { quantity, step });
    if (refused) return { ...refused, lineId };
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
  return {
    differenceAmount,
    quantities: [...quantities].map(([lineId, quantity]) => {
      const line = lines.find(({ id }) => id === lineId)!;
      const off = discounts.find((discount) => discount.lineId === lineId)?.amount ?? 0;
      const amount = amountOfUnits(line, quantity, step) - off;
      return { lineId, quantity, discountAmount: quantity * line.unitAmount - amount };
    }),
    discounts,
    byPayer:
      by === 'staff' ? [] : [{ participantId: by.participantId, differenceAmount, shares: [], toPay: null }],
  };
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
    const isShared = line.sharedBetween.some((id) => id !== by.participantId);
    if (isShared && line.sharedBetween.includes(by.participantId)) return { refused: 'shared_line' };
    if (line.participantId !== by.participantId) return { refused: 'not_yours' };
    if (isShared) return { refused: 'shared_line' };
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
