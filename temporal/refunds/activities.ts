import type { RefundStatus } from '../../domain/payment.ts';

/** The activities that make a refund, as its workflow calls them. */
export interface RefundActivities {
  /** Makes the refund of the row at Stripe, once. A final refusal is a result: `failed`. */
  issueRefund(request: { refundId: string }): Promise<{ status: RefundStatus }>;

  /** Puts the lines of a refund back on sale, if requested. Safe to repeat. */
  restockRefund(request: { refundId: string }): Promise<void>;
}
