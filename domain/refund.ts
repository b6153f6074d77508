/** What a refund comes to: of lines, of an amount, or of all that is left of one payer's share. */

import { chargeStep } from './currency.ts';
import { splitAmount } from './money.ts';

/** A line as a refund sees it. */
export interface RefundLine {
  readonly id: string;
  readonly quantity: number;
  /** Of all its units, in minor units. */
  readonly amount: number;
  readonly sharedBetween: readonly string[];
}

/** What is asked for: units of lines, or an amount, or, with neither, all that is left. */
export interface RefundWish {
  readonly lines?: readonly { readonly lineId: string; readonly quantity: number }[] | undefined;
  readonly amount?: number | undefined;
}

/** The share that money goes back of, and what went back before. */
export interface RefundGround {
  readonly participantId: string;
  readonly currency: string;
  readonly lines: readonly RefundLine[];
  /** Units of each line that were refunded of this share, or are about to be, by the line's id. */
  readonly returned: ReadonlyMap<string, number>;
  /** What was captured of the share and is not given back, in minor units. */
  readonly refundableAmount: number;
}

/** Why a refund cannot be: nothing is reserved then. */
export type RefundRefusal =
  | 'nothing_captured'
  | 'disputed'
  | 'more_than_captured'
  | 'unknown_line'
  | 'line_refunded'
  | 'costs_nothing'
  | 'choose_share'
  | 'choose_lines';

/** Reasons of refunds that nobody of the staff asked for here; all others are somebody's words, or an EndReason. */
export const REFUND_REASONS = ['refunded_outside', 'late_payment'] as const;

/** What the refund comes to in minor units: at least 1, never more than is left, no unit of a line twice. */
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
  { participantId, currency, lines, returned }: RefundGround,
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
    total += costOfUnits(line, participantId, before, after, chargeStep(currency));
  }
  return total;
}

/** What the units of a line from the one after `before` up to `after` cost this participant, in multiples of `step`. */
export function costOfUnits(
  line: RefundLine,
  participantId: string,
  before: number,
  after: number,
  step: number,
): number {
  return partOf(line, participantId, after, step) - partOf(line, participantId, before, step);
}

/** What the first `quantity` units cost this participant: all units together cost exactly her part of the line. */
function partOf(line: RefundLine, participantId: string, quantity: number, step: number): number {
  const parts = splitAmount(
    line.amount,
    line.sharedBetween.map(() => 1),
    step,
  );
  const part = parts[line.sharedBetween.indexOf(participantId)] ?? 0;
  return Math.floor((part * quantity) / line.quantity / step) * step;
}
