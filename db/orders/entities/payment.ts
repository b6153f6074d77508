/** Payments, refunds, and our calls to and events from Stripe. */

import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { PAYMENT_METHODS, PAYMENT_STATES, REFUND_STATUSES } from '../../../domain/payment.ts';
import { REFUND_CAUSES } from '../../../domain/refund.ts';

export const ATTEMPT_STATUSES = ['pending', 'requires_action', 'authorized', 'declined'] as const;
/** Its outcome is undecided. */
export const UNDECIDED_ATTEMPTS = [
  'pending',
  'requires_action',
] as const satisfies readonly (typeof ATTEMPT_STATUSES)[number][];

/**
 * A payer's attempt to pay, or a cash payment that staff took, written by the API; the workflow receives its id only.
 */
export const PaymentAttemptEntity = defineEntity({
  name: 'PaymentAttempt',
  tableName: 'payment_attempts',
  properties: {
    id: p.uuid().primary(),
    orderId: p.uuid(),
    shareId: p.uuid(),
    /** The participant whose card it is; null for cash. */
    participantId: p.uuid().nullable(),
    requestHash: p.text(),
    /** A Stripe PaymentMethod; null when the page confirms the payment itself. */
    paymentMethodId: p.text().nullable(),
    tipAmount: p.integer(),
    method: p.enum(PAYMENT_METHODS).default('card'),
    /** The staff member who took the cash; null for cards. */
    actorId: p.text().nullable(),
    /** The paying account, and its Stripe Customer; null for a guest, and until there is one. */
    userId: p.text().nullable(),
    stripeCustomerId: p.text().nullable(),
    /** Whether Stripe saves the card for that account once the payment succeeds. */
    saveCard: p.boolean().default(false),
    /** It charges a saved card in its owner's absence. */
    offSession: p.boolean().default(false),
    /** The attempt's payment, once the workflow has begun it. */
    paymentId: p.uuid().nullable(),
    /** The network from which it was sent, as an HMAC: declines are counted by it. */
    network: p.text().nullable(),
    status: p.enum(ATTEMPT_STATUSES).default('pending'),
    declineCode: p.text().nullable(),
    createdAt: p.datetime(),
  },
});
export type PaymentAttemptRow = InferEntity<typeof PaymentAttemptEntity>;

/** One Stripe PaymentIntent, or one cash payment, for one share at one bill version and amount. */
export const PaymentEntity = defineEntity({
  name: 'Payment',
  tableName: 'payments',
  properties: {
    id: p.uuid().primary(),
    orderId: p.uuid(),
    shareId: p.uuid(),
    billVersion: p.integer(),
    /** The sum of the share's amount and the payer's tip. */
    amount: p.integer(),
    tipAmount: p.integer(),
    currency: p.text(),
    method: p.enum(PAYMENT_METHODS).default('card'),
    /**
     * Cash is `authorized` when it is recorded, and `captured` with all the others. `canceled`: given up. If Stripe
     * takes money for it nevertheless, `capturedAmount` holds it, and it is refunded.
     */
    status: p.enum(PAYMENT_STATES),
    stripePaymentIntentId: p.text().nullable(),
    /** The Customer for which its PaymentIntent is made, written beforehand; it can never change. */
    stripeCustomerId: p.text().nullable(),
    clientSecret: p.text().nullable(),
    declineCode: p.text().nullable(),
    /** The card that paid, from Stripe; both null until it is authorized. */
    cardBrand: p.text().nullable(),
    cardLast4: p.text().nullable(),
    capturedAmount: p.integer().default(0),
    /** Reserved by refunds that have not failed. */
    refundedAmount: p.integer().default(0),
    /** Whether Stripe's fee is in the ledger; cash has none. */
    feeBooked: p.boolean().default(false),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});
export type PaymentRow = InferEntity<typeof PaymentEntity>;

export const STRIPE_OPERATIONS = ['create', 'confirm', 'capture', 'cancel', 'refund'] as const;

/** The first status of an attempt to pay. */
export const PAY_OPERATIONS = [
  'create',
  'confirm',
] as const satisfies readonly (typeof STRIPE_OPERATIONS)[number][];

export const CALL_STATUSES = ['started', 'succeeded', 'failed', 'unknown'] as const;
/** Statuses whose outcome is unknown. */
export const UNHEARD_CALLS = [
  'started',
  'unknown',
] as const satisfies readonly (typeof CALL_STATUSES)[number][];

/** Every mutating call to Stripe, written with its idempotency key before it is made. */
export const StripeCallEntity = defineEntity({
  name: 'StripeCall',
  tableName: 'stripe_calls',
  properties: {
    idempotencyKey: p.text().primary(),
    orderId: p.uuid(),
    paymentId: p.uuid(),
    operation: p.enum(STRIPE_OPERATIONS),
    /** The attempt, payment or refund for which it is made. */
    madeFor: p.uuid(),
    /** `started`: no answer yet; `unknown`: Stripe failed or timed out, and must be read back. */
    status: p.enum(CALL_STATUSES),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});

export const RefundEntity = defineEntity({
  name: 'Refund',
  tableName: 'refunds',
  properties: {
    id: p.uuid().primary(),
    orderId: p.uuid(),
    shareId: p.uuid(),
    paymentId: p.uuid(),
    amount: p.integer(),
    currency: p.text(),
    cause: p.enum(REFUND_CAUSES),
    /** The reason in the requester's words; null if none was given. Stored nowhere else. */
    reason: p.text().nullable(),
    status: p.enum(REFUND_STATUSES),
    stripeRefundId: p.text().nullable(),
    /** The lines that `restock` puts back on sale; null: the whole order; empty: an amount alone, so none. */
    lines: p.json<readonly { lineId: string; quantity: number }[]>().nullable(),
    restock: p.boolean(),
    requestHash: p.text(),
    /** The staff member who requested it; for an order's end, `workflow` or a cancel request's id. */
    actorId: p.text(),
    /** Requested by staff, caused by the end of an order, or made at Stripe without us. */
    origin: p.enum(['staff', 'order', 'stripe']),
    /**
     * When Stripe accepted it, or cash left the till, and it was booked; null before, and when it was rejected at once.
     */
    madeAt: p.datetime().nullable(),
    /** The first refund of the same request, if one payment was not enough for it. */
    partOf: p.uuid().nullable(),
    /** Stripe's failure code; null unless it failed. */
    failureCode: p.text().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});
export type RefundRow = InferEntity<typeof RefundEntity>;

/** Stripe's webhook events as received, each once. */
export const StripeEventEntity = defineEntity({
  name: 'StripeEvent',
  tableName: 'stripe_events',
  properties: {
    id: p.text().primary(),
    type: p.text(),
    /** The PaymentIntent that it is about, if any. */
    paymentIntentId: p.text().nullable(),
    createdAt: p.datetime(),
    receivedAt: p.datetime(),
    /** When it was handled; null while it is pending. */
    handledAt: p.datetime().nullable(),
  },
});
