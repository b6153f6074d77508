/** Payments, refunds, and what was asked of Stripe and heard from it. */

import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import { PAYMENT_METHODS, PAYMENT_STATES, REFUND_STATUSES } from '../../../domain/payment.ts';
import { REFUND_CAUSES } from '../../../domain/refund.ts';

export const ATTEMPT_STATUSES = ['pending', 'requires_action', 'authorized', 'declined'] as const;
/** Nobody has said yes or no to it. */
export const UNDECIDED_ATTEMPTS = [
  'pending',
  'requires_action',
] as const satisfies readonly (typeof ATTEMPT_STATUSES)[number][];

/** A payer's attempt to pay, or what staff took in cash, written by the API; the workflow is told its id alone. */
export const PaymentAttemptEntity = defineEntity({
  name: 'PaymentAttempt',
  tableName: 'payment_attempts',
  properties: {
    id: p.uuid().primary(),
    orderId: p.uuid(),
    shareId: p.uuid(),
    requestHash: p.text(),
    /** A Stripe PaymentMethod; null when the page confirms the payment itself. */
    paymentMethodId: p.text().nullable(),
    tipAmount: p.integer(),
    method: p.enum(PAYMENT_METHODS).default('card'),
    /** Who of the staff took the cash; null for cards. */
    actorId: p.text().nullable(),
    /** The account that pays, and the Customer it is at Stripe; null for a guest, and while it is none. */
    userId: p.text().nullable(),
    stripeCustomerId: p.text().nullable(),
    /** Stripe keeps the card for that account once it has paid. */
    saveCard: p.boolean().default(false),
    /** The payment made of it, once the workflow took it up. */
    paymentId: p.uuid().nullable(),
    /** Where it was sent from, as an HMAC: declines are counted by it. */
    network: p.text().nullable(),
    status: p.enum(ATTEMPT_STATUSES).default('pending'),
    declineCode: p.text().nullable(),
    createdAt: p.datetime(),
  },
});
export type PaymentAttemptRow = InferEntity<typeof PaymentAttemptEntity>;

/** One Stripe PaymentIntent, or cash in the till, for one share at one bill version and amount. */
export const PaymentEntity = defineEntity({
  name: 'Payment',
  tableName: 'payments',
  properties: {
    id: p.uuid().primary(),
    orderId: p.uuid(),
    shareId: p.uuid(),
    billVersion: p.integer(),
    /** The share's amount and the payer's tip together. */
    amount: p.integer(),
    tipAmount: p.integer(),
    currency: p.text(),
    method: p.enum(PAYMENT_METHODS).default('card'),
    /**
     * Cash is `authorized` when it is recorded, and `captured` with all the others. `canceled`: given up. Should Stripe take
     * money of it all the same, that is in `capturedAmount`, and goes back.
     */
    status: p.enum(PAYMENT_STATES),
    stripePaymentIntentId: p.text().nullable(),
    /** The Customer its PaymentIntent is made for, written before that is; it can never have another. */
    stripeCustomerId: p.text().nullable(),
    clientSecret: p.text().nullable(),
    declineCode: p.text().nullable(),
    /** The card that paid, as Stripe tells it; both null until it is authorized. */
    cardBrand: p.text().nullable(),
    cardLast4: p.text().nullable(),
    capturedAmount: p.integer().default(0),
    /** Reserved by refunds that have not failed. */
    refundedAmount: p.integer().default(0),
    /** Stripe's fee of it is in the ledger; cash has none. */
    feeBooked: p.boolean().default(false),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});
export type PaymentRow = InferEntity<typeof PaymentEntity>;

export const STRIPE_OPERATIONS = ['create', 'confirm', 'capture', 'cancel', 'refund'] as const;

/** What an attempt to pay begins with. */
export const PAY_OPERATIONS = [
  'create',
  'confirm',
] as const satisfies readonly (typeof STRIPE_OPERATIONS)[number][];

export const CALL_STATUSES = ['started', 'succeeded', 'failed', 'unknown'] as const;
/** Of whose outcome nobody has heard. */
export const UNHEARD_CALLS = [
  'started',
  'unknown',
] as const satisfies readonly (typeof CALL_STATUSES)[number][];

/** Every call that changes something at Stripe, written with its idempotency key before it is made. */
export const StripeCallEntity = defineEntity({
  name: 'StripeCall',
  tableName: 'stripe_calls',
  properties: {
    idempotencyKey: p.text().primary(),
    orderId: p.uuid(),
    paymentId: p.uuid(),
    operation: p.enum(STRIPE_OPERATIONS),
    /** The attempt, payment or refund that it is made for. */
    madeFor: p.uuid(),
    /** `started` with no answer known yet; `unknown`: Stripe failed or fell silent, read it back. */
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
    /** In the words of who asked for it; null where nobody gave any. Nothing else holds them. */
    reason: p.text().nullable(),
    status: p.enum(REFUND_STATUSES),
    stripeRefundId: p.text().nullable(),
    /** What goes back on sale with `restock`; null: all of the order, empty: an amount alone, so nothing. */
    lines: p.json<readonly { lineId: string; quantity: number }[]>().nullable(),
    restock: p.boolean(),
    requestHash: p.text(),
    /** The staff who asked for it; `workflow`, or a cancel request's id, for an order's end. */
    actorId: p.text(),
    /** Asked for by staff, by the end of an order, or made at Stripe without us. */
    origin: p.enum(['staff', 'order', 'stripe']),
    /** When Stripe took it on, or cash left the till, and it was booked; null before, and when it was refused at once. */
    madeAt: p.datetime().nullable(),
    /** Why it failed, in Stripe's words; null unless it did. */
    failureCode: p.text().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});
export type RefundRow = InferEntity<typeof RefundEntity>;

/** Stripe's webhook events as they came in, each once. */
export const StripeEventEntity = defineEntity({
  name: 'StripeEvent',
  tableName: 'stripe_events',
  properties: {
    id: p.text().primary(),
    type: p.text(),
    /** The PaymentIntent it is about, where it is about one. */
    paymentIntentId: p.text().nullable(),
    createdAt: p.datetime(),
    receivedAt: p.datetime(),
    /** When it was seen to; null while something is still to be done about it. */
    handledAt: p.datetime().nullable(),
  },
});
