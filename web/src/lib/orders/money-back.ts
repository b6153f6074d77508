import type { Order } from '#domain/contract/orders.ts';

/** Texts about refunds of an order for its customer, by payment method. */
export function wayBack({ shares }: Pick<Order, 'shares'>): 'card' | 'cash' | 'both' {
  const methods = new Set(shares.flatMap(({ method }) => method ?? []));
  if (methods.size > 1) return 'both';
  return methods.has('cash') ? 'cash' : 'card';
}

/** Returns whether money was ever captured for an order. */
export function wasCharged({ paymentStatus }: Pick<Order, 'paymentStatus'>): boolean {
  return paymentStatus === 'paid' || paymentStatus === 'partly_refunded' || paymentStatus === 'refunded';
}
