/** Limits of unpaid holds and card attempts, against abuse. */

import type { OrderStatus } from './order.ts';

/** Limits of live unpaid orders. A guest is an account or a mail address; a network is an address, or an IPv6 /64. */
export interface UnpaidBounds {
  readonly ordersPerGuest: number;
  readonly piecesPerGuest: number;
  readonly ordersPerNetwork: number;
  readonly piecesPerNetwork: number;
  /** The part of a variant's units on sale that one guest may hold; a network may hold half of the rest, too. */
  readonly stockPercent: number;
}

/** Limits of what is ordered and paid after, as long as a guest, or anybody in her tab, has paid nothing. */
export interface OwedBounds {
  readonly roundsPerGuest: number;
  readonly amountPerGuest: number;
  readonly roundsPerTab: number;
  readonly amountPerTab: number;
}

/** Statuses of orders that hold stock unpaid. */
export const UNPAID_STATUSES = ['placing', 'awaiting_payment'] as const satisfies readonly OrderStatus[];

/** The limit that an order would exceed. */
export const UNPAID_BOUNDS = [
  'guest_orders',
  'guest_pieces',
  'network_orders',
  'network_pieces',
  'stock',
] as const;
export type UnpaidBound = (typeof UNPAID_BOUNDS)[number];

/** The limit that a round would exceed whose tab is paid after. */
export type OwedBound = 'guest_rounds' | 'guest_amount' | 'tab_rounds' | 'tab_amount';

/** Anybody may hold this many pieces of a variant, however few there are. */
export const ALWAYS_HELD = 6;

/**
 * Returns what one guest, and one network, may hold unpaid of a variant of which `onSale` are for sale or held unpaid.
 */
export function mostHeld(
  onSale: number,
  { stockPercent }: UnpaidBounds,
): { perGuest: number; perNetwork: number } {
  const most = (percent: number) => Math.max(ALWAYS_HELD, Math.floor((onSale * percent) / 100));
  return { perGuest: most(stockPercent), perNetwork: most((100 + stockPercent) / 2) };
}

/**
 * Returns the limits of a group that orders together, for `people` who have chosen something on phones of their own:
 * the pieces of each add up, within what one network may hold. Its orders count as those of one guest.
 */
export function boundsOfGroup(bounds: UnpaidBounds, people: number): UnpaidBounds {
  const { piecesPerGuest, piecesPerNetwork } = bounds;
  const together = Math.min(piecesPerGuest * people, piecesPerNetwork);
  return { ...bounds, piecesPerGuest: Math.max(piecesPerGuest, together) };
}

/** Returns what such a group may hold unpaid of a variant, as `mostHeld` does for one guest. */
export function mostHeldByGroup(
  onSale: number,
  bounds: UnpaidBounds,
  people: number,
): { perGuest: number; perNetwork: number } {
  const { perGuest, perNetwork } = mostHeld(onSale, bounds);
  return { perGuest: Math.max(perGuest, Math.min(perGuest * people, perNetwork)), perNetwork };
}

/**
 * How many card declines are allowed: of one payer for one share, and per network and hour. After that only the counter
 * is left.
 */
export interface DeclineBounds {
  readonly perPayer: number;
  readonly perNetwork: number;
}

/** What is owed of one order by whoever ordered it. */
interface OpenPart {
  readonly participantId: string;
  readonly orderId: string;
  readonly amount: number;
}

/**
 * Returns the limit that a round of the lines `wanted` would exceed, or undefined; `orderId`, if they are added to a round
 * that is there. Whoever has paid has no limit, nor has
 * a tab of which somebody has.
 */
export function owedBoundReached(
  bounds: OwedBounds,
  {
    open,
    wanted,
    payers,
    orderId = 'a further one',
  }: {
    readonly open: readonly OpenPart[];
    readonly wanted: readonly Omit<OpenPart, 'orderId'>[];
    readonly payers: ReadonlySet<string>;
    readonly orderId?: string;
  },
): OwedBound | undefined {
  const countOf = (parts: readonly OpenPart[]) =>
    new Set([...parts.map((part) => part.orderId), orderId]).size;
  const sumOf = (parts: readonly { readonly amount: number }[]) =>
    parts.reduce((sum, { amount }) => sum + amount, 0);
  const more = wanted.filter(({ amount }) => amount >= 0);
  for (const guest of new Set(more.map(({ participantId }) => participantId))) {
    if (payers.has(guest)) continue;
    const isHers = ({ participantId }: { readonly participantId: string }) => participantId === guest;
    const hers = open.filter(isHers);
    if (countOf(hers) > bounds.roundsPerGuest) return 'guest_rounds';
    if (sumOf(hers) + sumOf(wanted.filter(isHers)) > bounds.amountPerGuest) return 'guest_amount';
  }
  if (payers.size > 0) return undefined;
  if (countOf(open) > bounds.roundsPerTab) return 'tab_rounds';
  return sumOf(open) + sumOf(wanted) > bounds.amountPerTab ? 'tab_amount' : undefined;
}
