/** Counts the refunded units of each line, for those who prepare the order and those who ordered it. */

import type { Allocation } from './allocations.ts';

/** The fields of a share that this depends on. */
export interface ReturnedShare {
  readonly id: string;
  /** The same for all shares that are paid together (domain/payer-shares.ts). */
  readonly payerKey: string;
  readonly allocations: readonly Allocation[];
  /** Whether all of it was refunded. */
  readonly isReturned: boolean;
}

/** A refund that was not rejected: units of lines, an amount (no lines), or, with null, all that was left. */
export interface RefundOfLines {
  readonly shareId: string;
  readonly lines: readonly { readonly lineId: string; readonly quantity: number }[] | null;
}

/**
 * Returns the refunded units by the line's id, without lines that have none. A line is refunded as a whole once all that
 * each of its payers has paid is: a refund goes over her payments, whichever of them pays the line. A unit of a line that
 * several people pay for counts once all of them got it back. A share that pays 0 of a line that others pay for is not
 * considered.
 */
export function refundedQuantities(
  lines: readonly { readonly id: string; readonly quantity: number }[],
  shares: readonly ReturnedShare[],
  refunds: readonly RefundOfLines[],
): Map<string, number> {
  const unitsOf = (key: string, line: { id: string; quantity: number }): number => {
    const hers = shares.filter(({ payerKey }) => payerKey === key);
    const made = refunds.filter(({ shareId }) => hers.some(({ id }) => id === shareId));
    const isAll = (share: ReturnedShare) =>
      share.isReturned || made.some(({ shareId, lines: of }) => shareId === share.id && of === null);
    if (thosePaying(hers).every(isAll)) return line.quantity;
    return made
      .flatMap((refund) => refund.lines ?? [])
      .filter(({ lineId }) => lineId === line.id)
      .reduce((sum, { quantity }) => sum + quantity, 0);
  };
  const quantities = new Map<string, number>();
  for (const line of lines) {
    const keys = new Set(payersOf(line.id, shares).map(({ payerKey }) => payerKey));
    const units = [...keys].map((key) => unitsOf(key, line));
    const back = Math.min(line.quantity, ...units);
    if (units.length > 0 && back > 0) quantities.set(line.id, back);
  }
  return quantities;
}

/** Returns the shares that pay anything, or all if none does. */
function thosePaying(shares: readonly ReturnedShare[]): readonly ReturnedShare[] {
  const paying = shares.filter(({ allocations }) => allocations.some(({ amount }) => amount !== 0));
  return paying.length > 0 ? paying : shares;
}

/** Returns the shares that pay for a line, or all that have it if it costs nothing. */
function payersOf(lineId: string, shares: readonly ReturnedShare[]): ReturnedShare[] {
  const having = shares.filter(({ allocations }) => allocations.some((each) => each.lineId === lineId));
  const paying = having.filter(({ allocations }) =>
    allocations.some((each) => each.lineId === lineId && each.amount !== 0),
  );
  return paying.length > 0 ? paying : having;
}
