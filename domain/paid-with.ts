/** How an order was paid, as receipts tell it. */

import type { Card } from './card.ts';
import type { PaymentMethod } from './payment.ts';

/** A way to pay; the card is null for cash, and where the reader is not told which card it was. */
export interface Way {
  readonly method: PaymentMethod;
  readonly card: Card | null;
}

interface PaidShare {
  readonly amount: number;
  readonly tipAmount: number;
  /** Null until it is authorized, and of a share of nothing. */
  readonly method: PaymentMethod | null;
  /** Null for cash, and for whom the card is not shown to. */
  readonly card: Card | null;
}

/** How a share was paid; undefined for one that nobody had to pay. */
export function wayOf({ method, card }: Pick<PaidShare, 'method' | 'card'>): Way | undefined {
  return method === null ? undefined : { method, card: method === 'card' ? card : null };
}

/** Tells two ways apart: the same text for the same method and card. */
export function keyOfWay({ method, card }: Way): string {
  return card ? `${method} ${card.brand} ${card.last4}` : method;
}

/** Each way of paying with what was paid by it, tips included, in the order of the shares. */
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
