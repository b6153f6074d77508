/** What Stripe captured of one payment, in minor units. */
export interface CapturedPayment {
  readonly paymentId: string;
  readonly amount: number;
}

/**
 * The events to ask Stripe for: what becomes of a payment without us, at its payer's bank or in Stripe's dashboard.
 * Everything else is heard as the answer to our own calls, and would only be sent, checked and kept for nothing.
 */
export const STRIPE_EVENT_TYPES = [
  'payment_intent.amount_capturable_updated',
  'payment_intent.canceled',
  'payment_intent.payment_failed',
  'payment_intent.processing',
  'payment_intent.succeeded',
] as const;
