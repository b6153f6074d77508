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

/** Where an order stands, and what its workflow may not have heard of. */
export interface Progress extends Standing {
  /** The whole bill is authorized, and nobody has begun to end the order: it is to be captured. */
  readonly isPaid: boolean;
  /** Somebody's wish to cancel that nobody has seen to, and that the transitions table allows now. */
  readonly cancelWish: CancelWish | null;
  /** Mails of it are due that nobody has tried to send. */
  readonly hasUntriedMails: boolean;
}
