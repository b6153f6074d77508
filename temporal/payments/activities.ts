/** The activities that call Stripe about payments, as the workflows call them. */

import type { OrderKind } from '../../domain/order.ts';
import type { AttemptRef, CapturedPayment } from '../../domain/payment.ts';
import type { Standing } from '../../domain/standing.ts';
import type { OrderSought } from '../search-attributes.ts';
import type { AftercareInput } from './messages.ts';

/** The outcome of an attempt as the workflow needs it, and the order's standing. */
export type AuthorizationResult = AttemptResult | RefusedPayment;

/** The order no longer awaits a payment of this share: nothing was begun. */
export interface RefusedPayment {
  readonly status: 'refused';
  readonly order: Standing;
}

export interface AttemptResult {
  readonly status: 'authorized' | 'requires_action' | 'declined';
  readonly order: Standing;
  readonly paymentId: string;
  readonly declineCode?: string;
  /** For an attempt that the page confirms: the last refusal on the same PaymentIntent, for `refreshPayment`. */
  readonly knownRefusal?: string;
}

/** An attempt on a share, by its ids. */
export interface ShareAttempt {
  readonly shareId: string;
  readonly attemptId: string;
}

/** Authorizes, reads back and voids. */
export interface PaymentActivities {
  /** Authorizes a share with the attempt's card. A decline is a result. */
  authorizePayment(ref: AttemptRef): Promise<AuthorizationResult>;

  /** Like `authorizePayment`, but only while Stripe is quick; resolves with null when it is not. */
  authorizePaymentAtOnce(ref: AttemptRef): Promise<AuthorizationResult | null>;

  /**
   * Prepares attempts on every share that its host owes, with the newest saved card of her account, for charging it in
   * her absence. Returns none if she has no card. Safe to repeat.
   */
  prepareHostAttempts(request: { orderId: string }): Promise<{ attempts: readonly ShareAttempt[] }>;

  /** Reads a payment that waits for its payer back from Stripe, and books what is new. */
  refreshPayment(ref: AttemptRef & { paymentId: string; knownRefusal?: string }): Promise<AttemptResult>;

  /** Voids every open payment of the order, or of one share. Resolves with those that were captured nevertheless. */
  voidPayments(which: { orderId: string; shareId?: string }): Promise<{ captured: CapturedPayment[] }>;
}

/** The amount captured, now or before, and the ids of payments that failed for good. */
export interface Captures {
  readonly captured: readonly CapturedPayment[];
  readonly failed: readonly string[];
}

/** The result of capturing, and the order's standing. */
export interface CaptureOutcome extends Captures {
  readonly order: Standing;
  /** False: nobody of the order has an address to which a mail could have been written. */
  readonly isMailed?: boolean;
}

/** An order, and its kind if it is known: absent, it is looked up. */
export interface CaptureRequest {
  readonly orderId: string;
  readonly kind?: OrderKind;
}

/** The point of no return. */
export interface CaptureActivities {
  /** Captures every authorized payment and, when none failed for good, confirms the order. Resumes after a crash. */
  captureAndConfirm(request: CaptureRequest): Promise<CaptureOutcome>;

  /** Captures what an applied change costs more. One that can never be captured asks for a person. */
  captureChange(request: { orderId: string; changeId: string }): Promise<{ order: Standing }>;
}

/** The result of a review. */
export interface Review {
  readonly refundIds: readonly string[];
  readonly isAttentionChanged: boolean;
  /** By what its order is found now. */
  readonly sought?: OrderSought;
}

/** Activities for payments that no workflow waits for. */
export interface AftercareActivities {
  /** Reads a payment back from Stripe with its refunds and disputes, and books what is new. Safe to repeat. */
  reviewPayment(input: AftercareInput): Promise<Review>;
}
