/** One payer's part of an order as an order of its own, for her receipt: exactly what she paid, tax by rate. */

import { summarizeTaxes } from './bill.ts';
import type { Order } from './contract/orders.ts';
import { discountsLeft } from './discount.ts';

/**
 * Returns the order with the shares, lines, amounts, tips and taxes of one payer, shares that she has taken over
 * included. The amounts of all payers sum to the bill, in total and for each rate. Returns the order itself for
 * somebody who pays none of it, such as staff.
 */
export function partOfPayer(order: Order, participantId: string | null): Order {
  const shares = order.shares.filter((share) => share.participantId === participantId);
  if (shares.length === 0 || shares.length === order.shares.length) return order;
  const paid = new Map<string, number>();
  for (const { lineId, amount } of shares.flatMap(({ allocations }) => allocations))
    paid.set(lineId, (paid.get(lineId) ?? 0) + amount);
  const lines = order.lines.flatMap((line) => {
    const amount = paid.get(line.id);
    if (amount === undefined || (amount === 0 && line.amount !== 0)) return [];
    // What is off a line is told only to whoever pays all of it.
    return [{ ...line, amount, discountAmount: amount === line.amount ? line.discountAmount : 0 }];
  });
  const sumOf = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + amount, 0);
  return {
    ...order,
    shares,
    lines,
    discounts: discountsLeft(lines, order.discounts).map((discount) => ({
      ...discount,
      lines: [...discount.lines],
    })),
    taxes: summarizeTaxes(lines),
    totalAmount: sumOf(shares.map(({ amount }) => amount)),
    tipsAmount: sumOf(shares.map(({ tipAmount }) => tipAmount)),
    refundedAmount: sumOf(shares.map(({ refundedAmount }) => refundedAmount)),
  };
}
