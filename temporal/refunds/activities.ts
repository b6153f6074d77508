import type { RefundStatus } from '../../domain/payment.ts';
import type { OrderSought } from '../search-attributes.ts';

/** Where a refund stands, and by what its order is found now. */
export interface IssuedRefund {
  readonly status: RefundStatus;
  readonly sought?: OrderSought;
}

/** The activities that make a refund, as its workflow calls them. */
export interface RefundActivities {
  /** Makes the refund of the row at Stripe, once. A final refusal is a result: `failed`. */
  issueRefund(request: { refundId: string }): Promise<IssuedRefund>;

  /** Puts the lines of a refund back on sale, if requested. Safe to repeat. */
  restockRefund(request: { refundId: string }): Promise<void>;
}
