/** What Stripe captured of one payment, in minor units. */
export interface CapturedPayment {
  readonly paymentId: string;
  readonly amount: number;
}
