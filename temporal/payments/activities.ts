/** What talks to Stripe about payments, as the workflows call it. */

import type { AttemptRef, CapturedPayment } from '../../domain/payment.ts';
import type { Standing } from '../../domain/standing.ts';
import type { AftercareInput } from './messages.ts';

/** How an attempt went, as the workflow needs to know it, and where the order stands. */
export type AuthorizationResult = AttemptResult | RefusedPayment;

/** The order waits for no payment of this share any more: nothing was begun. */
export interface RefusedPayment {
  readonly status: 'refused';
  readonly order: Standing;
}

export interface AttemptResult {
  readonly status: 'authorized' | 'requires_action' | 'declined';
  readonly order: Standing;
  readonly paymentId: string;
  readonly declineCode?: string;
  /** Of an attempt that the page confirms: how an earlier one on the same PaymentIntent was refused, for `refreshPayment`. */
  readonly knownRefusal?: string;
}

/** Authorizes, reads back and voids. */
export interface PaymentActivities {
  /** Authorizes a share with the card of the attempt. A decline is a result. */
  authorizePayment(ref: AttemptRef): Promise<AuthorizationResult>;

  /** The same, but only while Stripe is quick; resolves with null when it is not. */
  authorizePaymentAtOnce(ref: AttemptRef): Promise<AuthorizationResult | null>;

  /** Reads a payment back from Stripe that waits for its payer, and books what is new. */
  refreshPayment(ref: AttemptRef & { paymentId: string; knownRefusal?: string }): Promise<AttemptResult>;

  /** Voids every open payment of the order, or of one share of it. Resolves with those that were captured all the same. */
  voidPayments(which: { orderId: string; shareId?: string }): Promise<{ captured: CapturedPayment[] }>;
}

/** What is captured, now or before, and the ids of payments that failed for good. */
export interface Captures {
  readonly captured: readonly CapturedPayment[];
  readonly failed: readonly string[];
}

/** The same, and where the order stands. */
export interface CaptureOutcome extends Captures {
  readonly order: Standing;
}

/** The point of no return. */
export interface CaptureActivities {
  /** Captures every authorized payment and, when none failed for good, confirms the order. Goes on where it was. */
  captureAndConfirm(request: { orderId: string }): Promise<CaptureOutcome>;
}

/** What comes of a review. */
export interface Review {
  readonly refundIds: readonly string[];
  readonly isAttentionChanged: boolean;
}

/** What is done about payments that nobody waits for. */
export interface AftercareActivities {
  /** Reads a payment back from Stripe with all that belongs to it, and books what is new. Safe to repeat. */
  reviewPayment(input: AftercareInput): Promise<Review>;
}
