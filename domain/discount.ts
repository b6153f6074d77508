/** Discounts: what staff have given up of a bill, on the lines of a change that cost more (ADR 32). Pure. */

import type { Allocation } from './allocations.ts';
import { splitAmount } from './money.ts';

/** A line whose amount is quantity × unit price − discount, in minor units. */
export interface DiscountedLine {
  readonly quantity: number;
  readonly unitAmount: number;
  readonly discountAmount: number;
}

/**
 * Returns what a line comes to with another quantity. Fewer units cost their part of what all of them cost, as a refund of
 * the others counts them; the discount falls with them. Each further unit costs the unit price.
 */
export function amountOfUnits(line: DiscountedLine, quantity: number, step: number): number {
  const { quantity: before, unitAmount, discountAmount } = line;
  const amount = before * unitAmount - discountAmount;
  if (quantity >= before) return amount + (quantity - before) * unitAmount;
  return Math.floor((amount * quantity) / before / step) * step;
}

/**
 * Spreads a discount over what lines cost more, in proportion, by the largest remainder: the parts sum to `amount`, and
 * none is more than its line costs more. Throws a RangeError if all together cost less than `amount`.
 */
export function spreadDiscount(
  amount: number,
  costsMore: readonly Allocation[],
  step: number,
): readonly Allocation[] {
  const most = costsMore.reduce((sum, line) => sum + line.amount, 0);
  if (amount > most) throw new RangeError(`${amount} is more than ${most}, which is what costs more`);
  if (amount === 0) return [];
  const weights = costsMore.map((line) => line.amount);
  return splitAmount(amount, weights, step).flatMap((part, index) =>
    part === 0 ? [] : [{ lineId: costsMore[index]!.lineId, amount: part }],
  );
}

/** A discount as it was given, with its part on each line. */
export interface GivenDiscount {
  readonly id: string;
  readonly name: string;
  readonly changeId: string;
  readonly lines: readonly Allocation[];
}

/** What is left of a discount: `lines` sum to `amount`. */
export interface DiscountLeft extends GivenDiscount {
  readonly amount: number;
}

/**
 * Returns what is left of discounts, given oldest first, on lines as they are now, without those of which nothing is left.
 * They sum to the discounts of the lines: the newest keeps its part of a line first.
 */
export function discountsLeft(
  lines: readonly { readonly id: string; readonly discountAmount: number }[],
  given: readonly GivenDiscount[],
): DiscountLeft[] {
  const open = new Map(lines.map(({ id, discountAmount }) => [id, discountAmount]));
  return given
    .toReversed()
    .map((discount) => {
      const parts = discount.lines.flatMap(({ lineId, amount }) => {
        const part = Math.min(amount, open.get(lineId) ?? 0);
        open.set(lineId, (open.get(lineId) ?? 0) - part);
        return part === 0 ? [] : [{ lineId, amount: part }];
      });
      return { ...discount, lines: parts, amount: parts.reduce((sum, { amount }) => sum + amount, 0) };
    })
    .filter(({ amount }) => amount > 0)
    .toReversed();
}

/** Returns what is off a line, by the name of each discount. */
export function discountsOf(
  { discounts }: { readonly discounts: readonly DiscountLeft[] },
  lineId: string,
): { readonly id: string; readonly name: string; readonly amount: number }[] {
  return discounts.flatMap(({ id, name, lines }) =>
    lines.flatMap((line) => (line.lineId === lineId ? [{ id, name, amount: line.amount }] : [])),
  );
}
