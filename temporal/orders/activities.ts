/** The steps that write an order's record, as its workflow calls them. */

import type { AttentionReason } from '../../domain/failures.ts';
import type { Closing, Ended, OrderEnd } from '../../domain/order-end.ts';
import type { AdvanceTarget, EndReason } from '../../domain/order.ts';
import type { AttemptRef, CashTaken } from '../../domain/payment.ts';
import type { OwedShare, Progress, Standing } from '../../domain/standing.ts';

/**
 * The decision on the hold, whoever made it: where the order stands, which may be further than that. What was missing
 * stands in the order's events.
 */
export interface HoldDecision {
  readonly order: Standing;
  /** Why it was rejected, if it was. */
  readonly reason?: EndReason;
  /** Until when the stock is held for payment, in milliseconds since 1970. */
  readonly deadline?: number;
  /** What is to be collected; empty where nothing is any more. */
  readonly shares: readonly OwedShare[];
}

/**
 * Short writes to our own databases. Any of them may run again at any time, also beside a first run that still goes on:
 * each finds itself done, and returns where the order stands.
 */
export interface OrderActivities {
  /** Decides the hold: afterwards the order is `awaiting_payment` or `rejected`. */
  holdOrder(request: { orderId: string; holdMs: number; payLater: boolean }): Promise<HoldDecision>;

  /** Writes down that a share was paid in cash, unless something stands against it. */
  takeCash(ref: AttemptRef): Promise<{ taken: CashTaken; order: Standing }>;

  /** Puts what the order holds on sale again; sold units too, with `restock`. */
  releaseStock(request: { orderId: string; restock: boolean }): Promise<void>;

  /** Books an agent's step, where the order stands allows it. */
  advanceOrder(request: {
    orderId: string;
    to: AdvanceTarget;
    agentId: string;
  }): Promise<{ isDone: boolean; order: Standing }>;

  /** Decides that an order that is not confirmed is ended, before anything of it is undone. */
  closeOrder(request: { orderId: string } & Closing): Promise<{ isClosing: boolean; order: Standing }>;

  /** Ends the order in the record and reserves the refunds of what was captured or in the till; returns them. */
  endOrder(request: { orderId: string } & OrderEnd): Promise<Ended>;

  /** Reads where the order stands, and what its workflow may not have heard of. */
  readProgress(request: { orderId: string }): Promise<Progress>;

  /** Shows staff that an order needs a person. */
  raiseAttention(request: { orderId: string; reason: AttentionReason; cause?: string }): Promise<Standing>;
}
