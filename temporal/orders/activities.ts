/** The activities that write an order's record, as its workflow calls them. */

import type { AttentionReason } from '../../domain/failures.ts';
import type { Closing, Ended, OrderEnd } from '../../domain/order-end.ts';
import type { ChangeEndReason, ChangeStatus } from '../../domain/order-change.ts';
import type { AdvanceTarget, EndReason } from '../../domain/order.ts';
import type { AttemptRef, CapturedPayment, CashTaken } from '../../domain/payment.ts';
import type { ChangeAttempt, OwedShare, Progress, Standing } from '../../domain/standing.ts';

/**
 * The decision on the hold, by this or an earlier run: the order's standing, which may be further. The shortages are in
 * the order's events.
 */
export interface HoldDecision {
  readonly order: Standing;
  /** Why it was rejected, if it was. */
  readonly reason?: EndReason;
  /** The deadline until which the stock is held for payment, in milliseconds since 1970. */
  readonly deadline?: number;
  /** The shares to collect; empty once there is nothing to collect. */
  readonly shares: readonly OwedShare[];
}

/** A request to change an unpaid share. */
export interface ShareChange {
  readonly orderId: string;
  readonly shareId: string;
  /** A repeat with the same id changes nothing. */
  readonly requestId: string;
}

/** `card_open`: a card payment of the share could still succeed, and must be voided first. */
export interface ShareChanged {
  readonly outcome: 'done' | 'card_open' | 'refused';
  readonly order: Standing;
}

/** A change of an order. */
export interface ChangeOf {
  readonly orderId: string;
  readonly changeId: string;
}

/** The decision on the hold of a change. */
export interface ChangeHeld {
  readonly order: Standing;
  /** Why it is to be given up; absent: it is held, or was applied before. */
  readonly reason?: ChangeEndReason;
  readonly shortages?: readonly { variantId: string; requested: number; available: number }[];
  /** The shares that are to be paid by card. */
  readonly toPay: readonly { readonly shareId: string; readonly isPaid: boolean }[];
  /** What came with it to pay them. */
  readonly attempts: readonly ChangeAttempt[];
  /** Whether everybody who has a part in it has agreed. */
  readonly isAgreed: boolean;
  /** Whether it goes on when the kitchen does; it ends with the order. */
  readonly meetsAdvance: boolean;
  /** Whether its payers may try again after a decline. */
  readonly takesRetries: boolean;
  /** Until when it can be agreed to and paid, in milliseconds since 1970. */
  readonly deadline: number;
}

/** What a change is that was to be given up. */
export interface ChangeClosed {
  readonly closed: Extract<ChangeStatus, 'closing' | 'applied' | 'given_up'>;
  readonly order: Standing;
}

/** What is left to do for a change. */
export interface ChangeApplied {
  readonly order: Standing;
  /** Why it was not applied, and is to be given up. */
  readonly reason?: ChangeEndReason;
  readonly refundIds: readonly string[];
  readonly isToCapture: boolean;
}

/** What became of a change of an order that awaits its payment; with neither list, it is over. */
export interface UnpaidChange {
  readonly order: Standing;
  readonly openShareIds?: readonly string[];
  readonly waitsFor?: readonly string[];
}

/** Who drops lines; absent: the workflow. */
export interface Dropper {
  readonly actor: 'host' | 'agent';
  readonly actorId: string;
}

/**
 * Short writes to our own databases. Any of them may run again at any time, even concurrently with an earlier run: each
 * recognizes that it is done, and returns the order's standing.
 */
export interface OrderActivities {
  /** Decides the hold: afterwards the order is `awaiting_payment` or `rejected`. */
  holdOrder(request: { orderId: string; holdMs: number; payLater: boolean }): Promise<HoldDecision>;

  /** Records a cash payment of a share, unless something prevents it. */
  takeCash(ref: AttemptRef): Promise<{ taken: CashTaken; order: Standing }>;

  /** Makes somebody the payer of a whole unpaid share. */
  coverShare(request: ShareChange & { payerId: string }): Promise<ShareChanged>;

  /** Takes the lines that an unpaid share alone pays out of the order, and gives their stock back. */
  dropShare(request: ShareChange & { by?: Dropper }): Promise<
    ShareChanged & {
      /** It is the host's own share, which nobody drops. */
      isHosts: boolean;
    }
  >;

  /** Gives the host `byMs` more, once. Returns the deadline that the order has then; null if it has none any more. */
  extendDeadline(request: { orderId: string; byMs: number }): Promise<{
    deadline: number | null;
    order: Standing;
  }>;

  /** Puts what the order holds back on sale; sold units too, with `restock`. */
  releaseStock(request: { orderId: string; restock: boolean }): Promise<void>;

  /** Books an agent's step, if the order's status allows it. */
  advanceOrder(request: {
    orderId: string;
    to: AdvanceTarget;
    agentId: string;
  }): Promise<{ isDone: boolean; order: Standing }>;

  /** Decides to end an unconfirmed order, before anything of it is undone. */
  closeOrder(request: { orderId: string } & Closing): Promise<{ isClosing: boolean; order: Standing }>;

  /** Ends the order in the record and reserves the refunds of captured money and cash; returns them. */
  endOrder(request: { orderId: string } & OrderEnd): Promise<Ended>;

  /**
   * Decides the hold of a change: afterwards it is held, or to be given up for the reason that is returned. A share that
   * pays the difference is returned with the attempt that came with it.
   */
  holdChange(request: ChangeOf & { holdMs: number }): Promise<ChangeHeld>;

  /** Applies a held change that is paid, or returns why it is to be given up. */
  applyChange(request: ChangeOf): Promise<ChangeApplied>;

  /**
   * Carries out a change of an order that awaits its payment, or gives it up. `openShareIds`: payments of these shares must
   * be voided first; then it is called again. `waitsFor`: it is held until everybody who pays these shares has agreed.
   */
  changeUnpaid(request: ChangeOf): Promise<UnpaidChange>;

  /**
   * Does what was chosen at ordering about units that have run out: a change is open afterwards, or the order is to be
   * ended, or nothing is to be done.
   */
  decideQuestion(request: { orderId: string; questionId: string }): Promise<{ order: Standing }>;

  /** Decides to give a change up, before anything of it is undone, unless it is applied, or over. */
  closeChange(request: ChangeOf & { reason?: ChangeEndReason }): Promise<ChangeClosed>;

  /** Ends a change that was given up, and reserves refunds of what was captured nevertheless. */
  giveUpChange(
    request: ChangeOf & {
      reason: ChangeEndReason;
      shortages?: ChangeHeld['shortages'];
      captured: readonly CapturedPayment[];
    },
  ): Promise<{ order: Standing; refundIds: readonly string[] }>;

  /** Reads the order's standing, and news that its workflow may have missed. */
  readProgress(request: { orderId: string }): Promise<Progress>;

  /** Shows staff that an order needs a person. */
  raiseAttention(request: { orderId: string; reason: AttentionReason; cause?: string }): Promise<Standing>;
}
