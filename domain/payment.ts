/** How the money of a share comes in: through Stripe, or into the till. */
export const PAYMENT_METHODS = ['card', 'cash'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

/** A payment's own life, apart from what went back of it. */
export const PAYMENT_STATES = [
  'processing',
  'requires_action',
  'declined',
  'authorized',
  'captured',
  'canceled',
] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

/** A share is paid with a payment in one of these, and never has two of them. */
export const PAID_STATES = ['authorized', 'captured'] as const satisfies readonly PaymentState[];

/** Stripe could still take money of it. */
export const UNVOIDED_STATES = [
  'processing',
  'requires_action',
  'declined',
  'authorized',
] as const satisfies readonly PaymentState[];

/** Nothing comes of a payment in one of these any more, unless it is taken up again. */
export const FAILED_STATES = ['declined', 'canceled'] as const satisfies readonly PaymentState[];

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

/** An attempt to pay a share, by card or in cash, by its ids alone: the rest stands in its row. */
export interface AttemptRef {
  readonly orderId: string;
  readonly shareId: string;
  readonly attemptId: string;
}

/**
 * `card_open`: a card payment of the share could still come in, so nothing was written; it must be voided first.
 * `refused`: the share is paid already, or its order waits for no payment any more: this cash is to be handed back.
 */
export type CashTaken = 'recorded' | 'card_open' | 'refused';

/** How a refund goes; cash is `succeeded` once staff have handed it out. */
export const REFUND_STATUSES = ['pending', 'succeeded', 'failed'] as const;
export type RefundStatus = (typeof REFUND_STATUSES)[number];
