import type { RefundStatus } from '../../domain/payment.ts';

/** What makes a refund, as its workflow calls it. */
export interface RefundActivities {
  /** Makes at Stripe what the refund's row says, once. A refusal for good is a result: `failed`. */
  issueRefund(request: { refundId: string }): Promise<{ status: RefundStatus }>;

  /** Puts the lines of a refund on sale again, if that was asked for. Safe to repeat. */
  restockRefund(request: { refundId: string }): Promise<void>;
}
