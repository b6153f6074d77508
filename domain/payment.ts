/** How a share is paid: through Stripe, or in cash. */
export const PAYMENT_METHODS = ['card', 'cash'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

/** A payment's status, independent of its refunds. */
export const PAYMENT_STATES = [
  'processing',
  'requires_action',
  'declined',
  'authorized',
  'captured',
  'canceled',
] as const;
export type PaymentState = (typeof PAYMENT_STATES)[number];

/** Statuses of a payment that occupies its share; a share never has two such payments. */
export const PAID_STATES = ['authorized', 'captured'] as const satisfies readonly PaymentState[];

/** Statuses in which Stripe could still take money. */
export const UNVOIDED_STATES = [
  'processing',
  'requires_action',
  'declined',
  'authorized',
] as const satisfies readonly PaymentState[];

/** Statuses of a payment that is over, unless it is taken up again. */
export const FAILED_STATES = ['declined', 'canceled'] as const satisfies readonly PaymentState[];

/** The amount of one payment that was captured at Stripe, or is in the till, in minor units. */
export interface CapturedPayment {
  readonly paymentId: string;
  readonly amount: number;
}

/** Money to return at an order's end: refunds to make, and whether a person must hand out some of it in cash. */
export interface EndRefunds {
  readonly refundIds: readonly string[];
  readonly returnsCash: boolean;
}

/** An attempt to pay a share, by card or in cash, by its ids alone: its row has the rest. */
export interface AttemptRef {
  readonly orderId: string;
  readonly shareId: string;
  readonly attemptId: string;
  /** The change that the share pays; absent: it is of the bill as it was placed. */
  readonly changeId?: string;
}

/**
 * `card_open`: a card payment of the share could still succeed, so nothing was written; it must be voided first.
 * `refused`: the share is already paid, or its order no longer awaits payment: the cash must be handed back.
 */
export type CashTaken = 'recorded' | 'card_open' | 'refused';

/** A refund's status; a cash refund is `succeeded` once staff have handed it out. */
export const REFUND_STATUSES = ['pending', 'succeeded', 'failed'] as const;
export type RefundStatus = (typeof REFUND_STATUSES)[number];
