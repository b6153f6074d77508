/** What becomes of units of lines that are canceled after their round was confirmed unpaid. Pure. */

import { chargeStep } from './currency.ts';
import { splitAmount } from './money.ts';
import { costOfUnits } from './refund.ts';

/** A line of a round that is paid after, and what was paid of it. Amounts in minor units. */
export interface CancelableLine {
  readonly id: string;
  readonly quantity: number;
  readonly amount: number;
  /** Units that were canceled before. */
  readonly canceledQuantity: number;
  /** What of it is paid, canceled or written off. */
  readonly settledAmount: number;
  /** What each share of a settlement paid of it and has not got back for it. */
  readonly paid: readonly { readonly shareId: string; readonly amount: number }[];
}

/** What is canceled of one line. */
export interface CanceledLine {
  readonly id: string;
  readonly quantity: number;
  /** What of it nobody had paid: it is owed no more. */
  readonly reducedAmount: number;
  /** What goes back to whom. */
  readonly refunds: readonly { readonly shareId: string; readonly amount: number }[];
}

export type CancelRefusal = 'unknown_line' | 'line_refunded' | 'costs_nothing';

/**
 * Cancels units of lines; without `wanted`, all that is left. What is not paid yet is owed no more; what is left of the
 * units' price goes back to whoever paid the line, in proportion to what each paid.
 */
export function cancelUnits(
  currency: string,
  lines: readonly CancelableLine[],
  wanted?: readonly { readonly lineId: string; readonly quantity: number }[],
): { readonly canceled: readonly CanceledLine[] } | { readonly refused: CancelRefusal } {
  const units = new Map<string, number>();
  for (const { id, quantity, canceledQuantity } of wanted ? [] : lines)
    units.set(id, quantity - canceledQuantity);
  for (const { lineId, quantity } of wanted ?? []) units.set(lineId, (units.get(lineId) ?? 0) + quantity);
  const canceled: CanceledLine[] = [];
  for (const [id, quantity] of units) {
    const line = lines.find((one) => one.id === id);
    if (!line || quantity > line.quantity) return { refused: 'unknown_line' };
    if (line.canceledQuantity + quantity > line.quantity) return { refused: 'line_refunded' };
    if (quantity > 0) canceled.push(cancelOf(line, quantity, chargeStep(currency)));
  }
  const isNothing = canceled.every(
    ({ reducedAmount, refunds }) => reducedAmount === 0 && refunds.length === 0,
  );
  return wanted && isNothing ? { refused: 'costs_nothing' } : { canceled };
}

function cancelOf(line: CancelableLine, quantity: number, step: number): CanceledLine {
  const { id, canceledQuantity, paid } = line;
  const price = costOfUnits(line, canceledQuantity, canceledQuantity + quantity, step);
  const reducedAmount = Math.min(price, line.amount - line.settledAmount);
  const amounts = paid.map(({ amount }) => amount);
  // What was written off is neither owed nor paid.
  const returned = Math.min(
    price - reducedAmount,
    amounts.reduce((sum, amount) => sum + amount, 0),
  );
  const parts = returned > 0 ? splitAmount(returned, amounts, step) : [];
  return {
    ...{ id, quantity, reducedAmount },
    refunds: paid.flatMap(({ shareId }, index) =>
      (parts[index] ?? 0) > 0 ? [{ shareId, amount: parts[index]! }] : [],
    ),
  };
}
