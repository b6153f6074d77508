/** How an order was paid, in words for receipts. */

import { cardName, type Card } from './card.ts';
import type { PaymentMethod } from './payment.ts';

interface PaidShare {
  readonly amount: number;
  readonly tipAmount: number;
  /** Null until it is authorized, and of a share of nothing. */
  readonly method: PaymentMethod | null;
  /** Null for cash, and for whom the card is not shown to. */
  readonly card: Card | null;
}

/** `Cash`, `Visa •••• 4242`, or `Card` where it is not told which; undefined for a share nobody had to pay. */
export function paidWith({ method, card }: Pick<PaidShare, 'method' | 'card'>): string | undefined {
  switch (method) {
    case 'cash':
      return 'Cash';
    case 'card':
      return card ? cardName(card) : 'Card';
    case null:
      return undefined;
  }
}

/** Each way of paying with what was paid by it, tips included, in the order of the shares. */
export function waysPaid(shares: readonly PaidShare[]): { way: string; amount: number }[] {
  const ways = new Map<string, number>();
  for (const share of shares) {
    const way = paidWith(share);
    if (way) ways.set(way, (ways.get(way) ?? 0) + share.amount + share.tipAmount);
  }
  return [...ways].map(([way, amount]) => ({ way, amount }));
}
