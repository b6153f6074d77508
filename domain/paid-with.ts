/** How an order was paid, as shown on receipts. */

import type { Card } from './card.ts';
import type { PaymentMethod } from './payment.ts';

/** A way to pay; the card is null for cash, and if the reader may not see it. */
export interface Way {
  readonly method: PaymentMethod;
  readonly card: Card | null;
}

interface PaidShare {
  readonly amount: number;
  readonly tipAmount: number;
  /** Null until it is authorized, and for a share of 0. */
  readonly method: PaymentMethod | null;
  /** Null for cash, and for readers who may not see the card. */
  readonly card: Card | null;
}

/** Returns how a share was paid; undefined if nobody had to pay it. */
export function wayOf({ method, card }: Pick<PaidShare, 'method' | 'card'>): Way | undefined {
  return method === null ? undefined : { method, card: method === 'card' ? card : null };
}

/** Identifies a way to pay: the same text for the same method and card. */
export function keyOfWay({ method, card }: Way): string {
  return card ? `${method} ${card.brand} ${card.last4}` : method;
}

/** Returns each way of paying with the amount paid by it, tips included, in the order of the shares. */
export function waysPaid(shares: readonly PaidShare[]): { way: Way; amount: number }[] {
  const ways = new Map<string, { way: Way; amount: number }>();
  for (const share of shares) {
    const way = wayOf(share);
    if (!way) continue;
    const key = keyOfWay(way);
    const before = ways.get(key)?.amount ?? 0;
    ways.set(key, { way, amount: before + share.amount + share.tipAmount });
  }
  return [...ways.values()];
}
