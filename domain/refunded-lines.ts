/** How many units of each line went back, for whoever prepares the order and whoever ordered it. */

import type { Allocation } from './allocations.ts';

/** A share as far as that depends on it. */
export interface ReturnedShare {
  readonly id: string;
  readonly allocations: readonly Allocation[];
  /** All of it went back. */
  readonly isReturned: boolean;
}

/** A refund that was not refused: units of lines, an amount (no lines), or, with null, all that was left. */
export interface RefundOfLines {
  readonly shareId: string;
  readonly lines: readonly { readonly lineId: string; readonly quantity: number }[] | null;
}

/**
 * Units that went back, by the line's id; lines of which nothing did are left out. A line is back as a whole once each
 * share that pays for it went back as a whole. Of a line that several pay for, a unit counts when all of them got it
 * back. A share that pays 0 of a line others pay for has nothing to get back.
 */
export function refundedQuantities(
  lines: readonly { readonly id: string; readonly quantity: number }[],
  shares: readonly ReturnedShare[],
  refunds: readonly RefundOfLines[],
): Map<string, number> {
  const unitsOf = ({ id, isReturned }: ReturnedShare, line: { id: string; quantity: number }): number => {
    const own = refunds.filter(({ shareId }) => shareId === id);
    if (isReturned || own.some((refund) => refund.lines === null)) return line.quantity;
    return own
      .flatMap((refund) => refund.lines ?? [])
      .filter(({ lineId }) => lineId === line.id)
      .reduce((sum, { quantity }) => sum + quantity, 0);
  };
  const quantities = new Map<string, number>();
  for (const line of lines) {
    const units = payersOf(line.id, shares).map((share) => unitsOf(share, line));
    const back = Math.min(line.quantity, ...units);
    if (units.length > 0 && back > 0) quantities.set(line.id, back);
  }
  return quantities;
}

/** The shares that pay for a line; all that have it, where it costs nothing. */
function payersOf(lineId: string, shares: readonly ReturnedShare[]): ReturnedShare[] {
  const having = shares.filter(({ allocations }) => allocations.some((each) => each.lineId === lineId));
  const paying = having.filter(({ allocations }) =>
    allocations.some((each) => each.lineId === lineId && each.amount !== 0),
  );
  return paying.length > 0 ? paying : having;
}
