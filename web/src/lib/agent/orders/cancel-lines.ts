/** Lines of a round that is paid after, or units of them, that staff cancel. */

import type { Order } from '#domain/contract/orders.ts';
import { chargeStep } from '#domain/currency.ts';
import { costOfUnits } from '#domain/refund.ts';

/** Units of a line. */
export interface CanceledLine {
  readonly lineId: string;
  readonly quantity: number;
}

/** Returns the chosen units that can still be canceled: what others have canceled meanwhile is left out. */
export function wantedLines(order: Order, quantities: Readonly<Record<string, number>>): CanceledLine[] {
  return order.lines.flatMap(({ id, quantity, refundedQuantity }) => {
    const wanted = Math.min(quantities[id] ?? 0, quantity - refundedQuantity);
    return wanted > 0 ? [{ lineId: id, quantity: wanted }] : [];
  });
}

/** Returns what these units cost, in minor units. */
export function canceledAmount(order: Order, lines: readonly CanceledLine[]): number {
  return lines.reduce((sum, { lineId, quantity }) => {
    const line = order.lines.find(({ id }) => id === lineId);
    if (!line) return sum;
    const units = line.refundedQuantity + quantity;
    return sum + costOfUnits(line, line.refundedQuantity, units, chargeStep(order.currency));
  }, 0);
}

/** Returns whether anything is left to cancel. */
export function leftToCancel(order: Order): boolean {
  return order.lines.some(({ quantity, refundedQuantity }) => refundedQuantity < quantity);
}
