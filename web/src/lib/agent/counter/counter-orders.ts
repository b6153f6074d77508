/** The counter's list in memory: what is to be paid, newest first, found by what customers say. */

import type { OrderForAgents, Share } from '#domain/contract/orders.ts';
import { hasWords, wordsOf } from '#domain/fold.ts';
import { findTransition } from '#domain/order.ts';
import { placeWords } from '../../ui/place-words.ts';
import { canPay } from '#domain/share.ts';

/** The shares that staff may be paid for in cash now. */
export function cashShares(order: Pick<OrderForAgents, 'kind' | 'status' | 'shares'>): Share[] {
  if (!findTransition(order.status, 'record_cash', 'agent')) return [];
  return order.shares.filter(({ status }) => canPay(status));
}

/** Those that somebody means who says a code, or part of a name or place; all of them while nothing is said. */
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

/** Whole minutes until what is set aside goes back on sale, at least 0. */
export function minutesLeft(deadline: string, now: number): number {
  return Math.max(0, Math.floor((Date.parse(deadline) - now) / 60_000));
}
