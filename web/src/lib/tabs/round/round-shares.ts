/** Who pays what of a round, as its pages ask. Pure functions over the order. */

import type { Order, OrderLine, Share } from '#domain/contract/orders.ts';
import { paymentStatusOf, UNPAID_SHARES } from '#domain/share.ts';

const UNPAID: readonly Share['status'][] = UNPAID_SHARES;

/** Returns whether somebody still has to pay a share, whatever is in progress. A share of 0 is nobody's to pay. */
export function isUnpaid({ status, amount }: Pick<Share, 'status' | 'amount'>): boolean {
  return amount > 0 && UNPAID.includes(status);
}

/** Returns whose share it was when the round was sent. */
export function ownerOf({ ownerId, participantId }: Pick<Share, 'ownerId' | 'participantId'>): string {
  return ownerId ?? participantId;
}

/** Returns the shares that somebody pays: her own, and those that she has taken over. */
export function sharesOf({ shares }: Pick<Order, 'shares'>, participantId: string | null): Share[] {
  return shares.filter((share) => share.participantId === participantId);
}

/** Returns the order as one payer sees it: its payments and refunds are hers alone. */
export function asPayer(order: Order, participantId: string | null): Order {
  const shares = sharesOf(order, participantId);
  return {
    ...order,
    shares,
    refundedAmount: shares.reduce((sum, share) => sum + share.refundedAmount, 0),
    paymentStatus: shares.length > 0 ? paymentStatusOf(shares) : order.paymentStatus,
  };
}

/** As many as a phone shows at once. */
const MOST_SHOWN = 5;

/** A round's shares as its page lists them. */
export interface GroupedShares {
  /** In the order of the people. */
  readonly all: readonly Share[];
  /** Who has to pay comes first. */
  readonly shown: readonly Share[];
  /** With which nobody has to do anything, in a large group. */
  readonly folded: readonly Share[];
}

/** Groups a round's shares by whether somebody still has to pay. `placeOf`: a person's place among the people. */
export function groupShares(
  { shares }: Pick<Order, 'shares'>,
  placeOf: (participantId: string) => number,
): GroupedShares {
  const all = shares.toSorted((left, right) => placeOf(ownerOf(left)) - placeOf(ownerOf(right)));
  const open = all.filter(isUnpaid);
  const done = all.filter((share) => !isUnpaid(share));
  return all.length > MOST_SHOWN
    ? { all, shown: open, folded: done }
    : { all, shown: [...open, ...done], folded: [] };
}

/** How far a round is paid. Shares of 0 do not count. */
export interface Progress {
  readonly paidCount: number;
  readonly count: number;
  readonly paidAmount: number;
}

export function progressOf({ shares }: Pick<Order, 'shares'>): Progress {
  const owed = shares.filter(({ amount }) => amount > 0);
  const paid = owed.filter((share) => !isUnpaid(share) && share.status !== 'voided');
  return {
    paidCount: paid.length,
    count: owed.length,
    paidAmount: paid.reduce((sum, { amount }) => sum + amount, 0),
  };
}

/** What happens if a share is dropped: its owner's own lines leave the order, the rest is the host's to pay. */
export interface DropOutcome {
  readonly lines: readonly OrderLine[];
  readonly restAmount: number;
}

export function dropOutcome({ lines }: Pick<Order, 'lines'>, share: Share): DropOutcome {
  const owner = ownerOf(share);
  const paid = new Map(share.allocations.map(({ lineId, amount }) => [lineId, amount]));
  const own = lines.filter((line) => line.participantId === owner && paid.get(line.id) === line.amount);
  const ownAmount = own.reduce((sum, { amount }) => sum + amount, 0);
  return { lines: own, restAmount: share.amount - ownAmount };
}
