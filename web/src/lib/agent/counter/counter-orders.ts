/** The counter's list: unpaid orders, newest first, filtered by what customers say. */

import type { OrderForAgents, Share } from '#domain/contract/orders.ts';
import { hasWords, wordsOf } from '#domain/fold.ts';
import { findTransition } from '#domain/order.ts';
import { placeWords } from '../../ui/place-words.ts';
import { canPay } from '#domain/share.ts';

/** Returns the shares that may be paid in cash now. */
export function cashShares(order: Pick<OrderForAgents, 'kind' | 'status' | 'shares'>): Share[] {
  if (!findTransition(order.status, 'record_cash', 'agent')) return [];
  return order.shares.filter(({ status }) => canPay(status));
}

/** Returns the orders that match a code or part of a name or place; all for an empty query. */
export function findAtCounter(orders: ReadonlyMap<string, OrderForAgents>, said: string): OrderForAgents[] {
  const code = wordsOf(said).join('');
  return [...orders.values()]
    .filter(
      (order) =>
        (code !== '' && order.code.toLowerCase().startsWith(code)) ||
        hasWords(
          [
            order.place && placeWords(order.place),
            order.contact?.name,
            ...order.participants.map(({ name }) => name),
          ],
          said,
        ),
    )
    .toSorted((left, right) => (left.createdAt < right.createdAt ? 1 : -1));
}

/** Returns whole minutes until the held stock is released, at least 0. */
export function minutesLeft(deadline: string, now: number): number {
  return Math.max(0, Math.floor((Date.parse(deadline) - now) / 60_000));
}
