/** How the money of a share comes in: through Stripe, or into the till. */
export const PAYMENT_METHODS = ['card', 'cash'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

/** What was captured at Stripe, or is in the till, of one payment, in minor units. */
export interface CapturedPayment {
  readonly paymentId: string;
  readonly amount: number;
}

/** What goes back with an order's end: refunds to be made, and whether a person must hand out some of it in cash. */
export interface EndRefunds {
  readonly refundIds: readonly string[];
  readonly returnsCash: boolean;
}
