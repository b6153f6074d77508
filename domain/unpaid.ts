/** How much may be held without being paid, and how often cards may be tried: what whoever means ill could otherwise use up. */

/** Bounds of live orders that nobody has paid. A guest is an account or a mail address; a network an address, or an IPv6 /64. */
export interface UnpaidBounds {
  readonly ordersPerGuest: number;
  readonly piecesPerGuest: number;
  readonly ordersPerNetwork: number;
  readonly piecesPerNetwork: number;
  /** Of what is on sale of a variant, what one guest may hold; a network may hold half of the rest, too. */
  readonly stockPercent: number;
}

/** Which of them an order would pass. */
export const UNPAID_BOUNDS = [
  'guest_orders',
  'guest_pieces',
  'network_orders',
  'network_pieces',
  'stock',
] as const;
export type UnpaidBound = (typeof UNPAID_BOUNDS)[number];

/** So few pieces of a variant anybody may hold, however few there are. */
export const ALWAYS_HELD = 6;

/** What one guest, and one network, may hold unpaid of a variant of which `onSale` are for sale or held unpaid. */
export function mostHeld(
  onSale: number,
  { stockPercent }: UnpaidBounds,
): { perGuest: number; perNetwork: number } {
  const most = (percent: number) => Math.max(ALWAYS_HELD, Math.floor((onSale * percent) / 100));
  return { perGuest: most(stockPercent), perNetwork: most((100 + stockPercent) / 2) };
}

/** How often cards may be declined before only the counter is left: of one order, and an hour from one network. */
export interface DeclineBounds {
  readonly perOrder: number;
  readonly perNetwork: number;
}
