import type { Order } from '#domain/contract/orders.ts';

/** How what was paid of an order goes back, told to its customer: each by the way it came. */
export function wayBack({ shares }: Pick<Order, 'shares'>): 'card' | 'cash' | 'both' {
  const methods = new Set(shares.flatMap(({ method }) => method ?? []));
  if (methods.size > 1) return 'both';
  return methods.has('cash') ? 'cash' : 'card';
}

/** Whether money was taken for an order, whatever became of it since. */
export function wasCharged({ paymentStatus }: Pick<Order, 'paymentStatus'>): boolean {
  return paymentStatus === 'paid' || paymentStatus === 'partly_refunded' || paymentStatus === 'refunded';
}
