import type { AttentionReason } from './failures.ts';
import type { OrderStatus } from './order.ts';

/**
 * Where an order stands by its record, the only truth about it. Every step of its workflow returns this, also when it
 * finds itself done, so that the workflow never goes by its own memory.
 */
export interface Standing {
  readonly status: OrderStatus;
  /** The version of the newest event: of two standings the one with the higher version is the newer. */
  readonly version: number;
  /** What of it needs a person, in the order in which that was asked for. */
  readonly attention: readonly AttentionReason[];
}

/** A wish to cancel that was written down, by its id alone. */
export interface CancelWish {
  readonly by: 'host' | 'agent';
  readonly cancelRequestId: string;
}

/** A share of an order, by its id alone. */
export interface OwedShare {
  readonly id: string;
  /** It is authorized, by card or in cash. */
  readonly isPaid: boolean;
}

/** Returns whether the whole bill is authorized, so that the order is to be captured. */
export function isPaidWhole({ shares }: Pick<Progress, 'shares'>): boolean {
  return shares.length > 0 && shares.every(({ isPaid }) => isPaid);
}

/** Where an order stands, and what its workflow may not have heard of. */
export interface Progress extends Standing {
  /** Its shares while they are collected, empty before and after; none is paid once somebody has begun to end the order. */
  readonly shares: readonly OwedShare[];
  /** Somebody's wish to cancel that nobody has seen to, and that the transitions table allows now. */
  readonly cancelWish: CancelWish | null;
  /** Mails of it are due that nobody has tried to send. */
  readonly hasUntriedMails: boolean;
}
