/** Ordering the same as in an earlier round. Pure functions. */

import type { Product } from '#domain/contract/catalog.ts';
import type { Order } from '#domain/contract/orders.ts';
import type { OrderStatus } from '#domain/order.ts';
import type { CartLine } from '../cart/cart-line.ts';
import { priceCart } from '../cart/price-cart.ts';
import { linesAgain } from '../orders/order-again.ts';

/** One of her lines, at today's price. */
export interface LineAgain {
  readonly choice: CartLine;
  /** Who shared it; she alone otherwise. */
  readonly sharers: readonly string[];
}

/** Returns whether a round in this status is one to repeat: what was not ordered is in the basket, or was given up. */
export function canRepeat(status: OrderStatus): boolean {
  return ['confirmed', 'preparing', 'ready', 'completed'].includes(status);
}

/**
 * Returns the lines that somebody had in a round, as far as they can be had now, and the names of those that cannot be
 * had as they were: gone, sold out, fewer left, or without an option. `basket` is served first.
 */
export function sameAgain(
  order: Pick<Order, 'lines'>,
  selfId: string,
  products: readonly Product[],
  basket: readonly CartLine[],
): { readonly lines: LineAgain[]; readonly missing: string[] } {
  const lines: LineAgain[] = [];
  const missing: string[] = [];
  for (const line of order.lines.filter(({ participantId }) => participantId === selfId)) {
    const [choice] = linesAgain({ lines: [line] }, products);
    const before = [...basket, ...lines.map((one) => one.choice)];
    const priced = choice && priceCart([...before, choice], products).lines.at(-1);
    const problem = priced?.problem;
    const quantity = problem?.kind === 'short' ? problem.available : line.quantity;
    const canHave = problem === null || problem?.kind === 'short';
    if (!choice || !canHave || quantity < line.quantity || choice.options.length < line.options.length)
      missing.push(line.name);
    if (choice && canHave) lines.push({ choice: { ...choice, quantity }, sharers: line.sharedBetween });
  }
  return { lines, missing };
}
