/** Computes a refund's amount: of lines, of an amount, or of all that is left of one payer's share. */

import type { Allocation } from './allocations.ts';
import { chargeStep } from './currency.ts';
import { END_REASONS } from './order.ts';

/** A line as a refund of one share sees it. */
export interface RefundLine {
  readonly id: string;
  readonly quantity: number;
  /** What the share pays for all units together, in minor units; 0 if it has no part in it. */
  readonly amount: number;
}

/** The request: units of lines, or an amount, or, with neither, all that is left. */
export interface RefundWish {
  readonly lines?: readonly { readonly lineId: string; readonly quantity: number }[] | undefined;
  readonly amount?: number | undefined;
}

/** The share to refund, with its earlier refunds. */
export interface RefundGround {
  readonly currency: string;
  readonly lines: readonly RefundLine[];
  /** Units of each line that were refunded on this share, or are about to be, by the line's id. */
  readonly returned: ReadonlyMap<string, number>;
  /** What was captured for the share and is not refunded, in minor units. */
  readonly refundableAmount: number;
}

/** Why a refund is rejected; nothing is reserved then. */
export type RefundRefusal =
  | 'nothing_captured'
  | 'disputed'
  | 'more_than_captured'
  | 'unknown_line'
  | 'line_refunded'
  | 'costs_nothing'
  | 'choose_share'
  | 'choose_lines';

/**
 * Why money is refunded. `requested`: by staff, with a reason in their words; `money_without_order`: by a mend;
 * `refunded_outside`: in Stripe's dashboard; `late_payment`: it was paid when it was not needed any more;
 * `changed`: a change of the order gives it back. All others:
 * how the order ended.
 */
export const REFUND_CAUSES = [
  'requested',
  'money_without_order',
  'refunded_outside',
  'late_payment',
  'changed',
  ...END_REASONS,
] as const;
export type RefundCause = (typeof REFUND_CAUSES)[number];

/**
 * Why a refund failed: Stripe's failure codes (docs.stripe.com/refunds#failed-refunds), and those with which it rejects
 * one.
 */
export const REFUND_FAILURES = [
  'refund_failed',
  'charge_already_refunded',
  'charge_disputed',
  'charge_for_pending_refund_disputed',
  'declined',
  'expired_or_canceled_card',
  'insufficient_funds',
  'lost_or_stolen_card',
  'merchant_request',
  'unknown',
] as const;

/** Returns the lines of an order as a share, or all shares of one payer, pay them. */
export function linesOfShare<Line extends { readonly id: string; readonly amount: number }>(
  lines: readonly Line[],
  { allocations }: { readonly allocations: readonly Allocation[] },
): Line[] {
  const amounts = new Map<string, number>();
  for (const { lineId, amount } of allocations) amounts.set(lineId, (amounts.get(lineId) ?? 0) + amount);
  return lines.map((line) => ({ ...line, amount: amounts.get(line.id) ?? 0 }));
}

/** Returns the refund's amount in minor units: at least 1, never more than is left, and no unit of a line twice. */
export function priceRefund(
  wish: RefundWish,
  ground: RefundGround,
): { readonly amount: number } | { readonly refused: RefundRefusal } {
  const priced = wish.lines ? priceLines(wish.lines, ground) : (wish.amount ?? ground.refundableAmount);
  if (typeof priced === 'string') return { refused: priced };
  if (priced > ground.refundableAmount) return { refused: 'more_than_captured' };
  if (priced < 1) return { refused: ground.refundableAmount < 1 ? 'more_than_captured' : 'costs_nothing' };
  return { amount: priced };
}

function priceLines(
  wanted: readonly { readonly lineId: string; readonly quantity: number }[],
  { currency, lines, returned }: RefundGround,
): number | RefundRefusal {
  const taken = new Map(returned);
  let total = 0;
  for (const { lineId, quantity } of wanted) {
    const line = lines.find(({ id }) => id === lineId);
    if (!line || quantity > line.quantity) return 'unknown_line';
    const before = taken.get(lineId) ?? 0;
    const after = before + quantity;
    if (after > line.quantity) return 'line_refunded';
    taken.set(lineId, after);
    total += costOfUnits(line, before, after, chargeStep(currency));
  }
  return total;
}

/** Returns the share's price of the units after `before` up to `after`, in multiples of `step`. */
export function costOfUnits(line: RefundLine, before: number, after: number, step: number): number {
  return costOfFirst(line, after, step) - costOfFirst(line, before, step);
}

/** All units together cost exactly what the share pays for the line, in whatever portions they are refunded. */
function costOfFirst({ amount, quantity }: RefundLine, units: number, step: number): number {
  return Math.floor((amount * units) / quantity / step) * step;
}

/**
 * Spreads a refund over the payments of one payer, the first one first, from none more than is left of it. Throws a
 * RangeError if they have less left than the amount.
 */
export function spreadRefund<Payment extends { readonly refundableAmount: number }>(
  amount: number,
  payments: readonly Payment[],
): { readonly payment: Payment; readonly amount: number }[] {
  let left = amount;
  const parts = payments.map((payment) => {
    const part = Math.min(left, payment.refundableAmount);
    left -= part;
    return { payment, amount: part };
  });
  if (left > 0) throw new RangeError(`${left} of ${amount} is more than the payments have left`);
  return parts.filter((part) => part.amount > 0);
}
