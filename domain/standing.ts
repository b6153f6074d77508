import type { AttentionReason } from './failures.ts';
import type { OrderStatus } from './order.ts';

/**
 * An order's standing by its record, the only truth about it. Every step of its workflow returns this, even when the
 * step was done before, so that the workflow never relies on its own memory.
 */
export interface Standing {
  readonly status: OrderStatus;
  /** The version of the newest event: of two standings, the one with the higher version is newer. */
  readonly version: number;
  /** Why it needs a person, oldest reason first. */
  readonly attention: readonly AttentionReason[];
  /** The number that the shop calls, once it is confirmed. */
  readonly number?: number;
}

/** A stored cancel request, by its id alone. */
export interface CancelWish {
  readonly by: 'host' | 'agent';
  readonly cancelRequestId: string;
  /** What has run out was all that was wanted of the order. */
  readonly isSoldOut?: true;
}

/** A share of an order, by its id alone. */
export interface OwedShare {
  readonly id: string;
  /** Whether it is authorized, by card or in cash. */
  readonly isPaid: boolean;
}

/** Returns whether the whole bill is authorized, so that the order can be captured. */
export function isPaidWhole({ shares }: Pick<Progress, 'shares'>): boolean {
  return shares.length > 0 && shares.every(({ isPaid }) => isPaid);
}

/** The change of an order that is under way. */
export interface ChangeProgress {
  readonly id: string;
  /** For its payers, so that nothing has to be done until then. */
  readonly isWaiting: boolean;
  /** Whether everybody who has a part in it has agreed. */
  readonly isAgreed: boolean;
  /** Whether it is to be given up. */
  readonly isClosing: boolean;
  /** Attempts to pay it that have not begun, oldest first. */
  readonly attempts: readonly ChangeAttempt[];
}

/** An attempt to pay a change. */
export interface ChangeAttempt {
  readonly shareId: string;
  readonly attemptId: string;
}

/** An order's standing, and news that its workflow may have missed. */
export interface Progress extends Standing {
  /** Its shares while they are collected, empty before and after; no share is paid once the order is being ended. */
  readonly shares: readonly OwedShare[];
  /** Its total, which is lowered when lines are dropped. */
  readonly totalAmount?: number;
  /** All its lines were dropped while they were collected: nothing is left to pay or to prepare. */
  readonly isEmpty?: boolean;
  /** The tab of which it is a round or a payment, which another one may have become a part of. */
  readonly tabId?: string;
  readonly change?: ChangeProgress;
  /** The open question about what has run out whose time is over first, in milliseconds since 1970. */
  readonly question?: { readonly id: string; readonly deadline: number };
  /** A pending cancel request that the transitions table allows now. */
  readonly cancelWish: CancelWish | null;
  /** Whether it has mails that are due and were never attempted. */
  readonly hasUntriedMails: boolean;
}
