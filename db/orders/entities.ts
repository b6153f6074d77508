import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { OrderLine } from '../../domain/contract.ts';
import { EVENT_TYPES, MAIL_TYPES, type EventData } from '../../domain/events.ts';
import { ATTENTION_REASONS } from '../../domain/failures.ts';
import { ORDER_STATUSES } from '../../domain/order.ts';
import { PAYMENT_METHODS } from '../../domain/payment.ts';
import { DIFFERENCE_KINDS, MEND_ACTIONS, type DifferenceDetails } from '../../domain/reconciliation.ts';
import { SHARE_STATUSES } from '../../domain/share.ts';

export const OrderEntity = defineEntity({
  name: 'Order',
  tableName: 'orders',
  properties: {
    id: p.uuid().primary(),
    number: p.integer().nullable(),
    kind: p.enum(['solo', 'shared']),
    status: p.enum(ORDER_STATUSES),
    reason: p.text().nullable(),
    /** The version of the newest event; 1 when the order is written. */
    version: p.integer(),
    billVersion: p.integer().default(1),
    currency: p.text(),
    totalAmount: p.integer(),
    place: p.text().nullable(),
    hostParticipantId: p.uuid(),
    /** The account it was ordered with; null for a guest. */
    userId: p.text().nullable(),
    /** SHA-256 of the body it was made of, compared when the idempotency key comes again. */
    requestHash: p.text(),
    /** A hold decided later than this is refused: nobody waits for the answer any more. */
    acceptBefore: p.datetime(),
    deadline: p.datetime().nullable(),
    /** No payment came with it: its people pay from its page, or at the counter. */
    paysLater: p.boolean().default(false),
    needsAttention: p.enum(ATTENTION_REASONS).nullable(),
    confirmedAt: p.datetime().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});
export type OrderRow = InferEntity<typeof OrderEntity>;

export const ParticipantEntity = defineEntity({
  name: 'Participant',
  tableName: 'participants',
  properties: {
    id: p.uuid().primary(),
    orderId: p.uuid(),
    name: p.text(),
    email: p.text().nullable(),
    userId: p.text().nullable(),
    createdAt: p.datetime(),
  },
});
export const LineEntity = defineEntity({
  name: 'Line',
  tableName: 'lines',
  properties: {
    id: p.uuid().primary(),
    orderId: p.uuid(),
    position: p.integer(),
    participantId: p.uuid(),
    sharedBetween: p.array(),
    variantId: p.uuid(),
    name: p.text(),
    options: p.json<OrderLine['options']>(),
    quantity: p.integer(),
    unitAmount: p.integer(),
    amount: p.integer(),
    taxRate: p.integer(),
    note: p.text().nullable(),
  },
});
export const ShareEntity = defineEntity({
  name: 'Share',
  tableName: 'shares',
  properties: {
    id: p.uuid().primary(),
    orderId: p.uuid(),
    billVersion: p.integer(),
    participantId: p.uuid(),
    amount: p.integer(),
    tipAmount: p.integer().default(0),
    refundedAmount: p.integer().default(0),
    status: p.enum(SHARE_STATUSES),
    declineCode: p.text().nullable(),
  },
});
/** A payer's wish to pay, or what staff took in cash, written by the API; the workflow is told its id alone. */
export const PayRequestEntity = defineEntity({
  name: 'PayRequest',
  tableName: 'pay_requests',
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
    status: p.enum(['pending', 'requires_action', 'authorized', 'declined']).default('pending'),
    declineCode: p.text().nullable(),
    createdAt: p.datetime(),
  },
});
export type PayRequestRow = InferEntity<typeof PayRequestEntity>;

/** Someone's wish to cancel, with the words for it; the workflow is told its id alone. */
export const CancelRequestEntity = defineEntity({
  name: 'CancelRequest',
  tableName: 'cancel_requests',
  properties: {
    id: p.uuid().primary(),
    orderId: p.uuid(),
    reason: p.text().nullable(),
    /** What was sold goes back on sale. */
    restock: p.boolean(),
    actor: p.enum(['host', 'agent']),
    actorId: p.text(),
    createdAt: p.datetime(),
  },
});

export const PAYMENT_STATES = [
  'processing',
  'requires_action',
  'declined',
  'authorized',
  'captured',
  'canceled',
] as const;

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
    /** Cash is `authorized` when it is recorded, and `captured` with all the others. */
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

/** Every call that changes something at Stripe, written with its idempotency key before it is made. */
export const StripeCallEntity = defineEntity({
  name: 'StripeCall',
  tableName: 'stripe_calls',
  properties: {
    idempotencyKey: p.text().primary(),
    orderId: p.uuid(),
    paymentId: p.uuid(),
    operation: p.enum(STRIPE_OPERATIONS),
    /** `started` with no answer known yet; `unknown`: Stripe failed or fell silent, read it back. */
    status: p.enum(['started', 'succeeded', 'failed', 'unknown']),
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
    reason: p.text(),
    status: p.enum(['pending', 'succeeded', 'failed']),
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

export const EventEntity = defineEntity({
  name: 'Event',
  tableName: 'order_events',
  properties: {
    orderId: p.uuid().primary(),
    version: p.integer().primary(),
    type: p.enum(EVENT_TYPES),
    at: p.datetime(),
    actor: p.enum(['host', 'agent', 'workflow']),
    /** User or participant behind it; null for the workflow. */
    actorId: p.text().nullable(),
    /** What a repeated step recognizes its own event by. */
    dedupeKey: p.text(),
    data: p.json<EventData>(),
  },
});
export type EventRow = InferEntity<typeof EventEntity>;

/** What is booked: money at Stripe and in the till, and, as memo, what is authorized and not yet taken. */
export const LEDGER_KINDS = [
  'authorization',
  'void',
  'capture',
  'fee',
  'refund',
  'refund_reversal',
  'dispute',
  'dispute_won',
  'cash',
  'cash_refund',
  'correction',
] as const;

/** One booking: its entries sum to 0 in its currency. Append-only. */
export const LedgerTransactionEntity = defineEntity({
  name: 'LedgerTransaction',
  tableName: 'ledger_transactions',
  properties: {
    id: p.uuid().primary(),
    orderId: p.uuid(),
    kind: p.enum(LEDGER_KINDS),
    /** The payment, refund, dispute or share that it books; of a correction the mend that asked for it. */
    referenceId: p.uuid(),
    /** What a correction corrects: a payment, a dispute, or what a stray booking names; null of all others. */
    corrects: p.uuid().nullable(),
    currency: p.text(),
    at: p.datetime(),
  },
});

/**
 * `stripe` and `cash` hold money; `sales` and `tips` earned it; `fees` and `disputes` cost it. `authorized` and
 * `authorized_offset` are a memo: what payers' banks have set aside for us.
 */
export const LEDGER_ACCOUNTS = [
  'stripe',
  'sales',
  'tips',
  'fees',
  'disputes',
  'cash',
  'authorized',
  'authorized_offset',
] as const;

export const LedgerEntryEntity = defineEntity({
  name: 'LedgerEntry',
  tableName: 'ledger_entries',
  properties: {
    transactionId: p.uuid().primary(),
    account: p.enum(LEDGER_ACCOUNTS).primary(),
    /** Debit positive, credit negative. */
    amount: p.integer(),
  },
});

/** A mail to be sent, and what became of it. */
export const MailEntity = defineEntity({
  name: 'Mail',
  tableName: 'mails',
  properties: {
    id: p.uuid().primary(),
    /** Null for mails about an account. */
    orderId: p.uuid().nullable(),
    eventVersion: p.integer().nullable(),
    type: p.enum(MAIL_TYPES),
    recipient: p.text(),
    recipientName: p.text(),
    /** What the template needs besides the order: a link, an amount, a reason. */
    data: p.json<MailData>(),
    status: p.enum(['due', 'sent', 'failed']),
    attempts: p.integer().default(0),
    lastError: p.text().nullable(),
    createdAt: p.datetime(),
    sentAt: p.datetime().nullable(),
    /** Who is sending it, until when; then another may, for whoever it was has died. */
    claimId: p.uuid().nullable(),
    claimedUntil: p.datetime().nullable(),
  },
});
export type MailRow = InferEntity<typeof MailEntity>;

export interface MailData {
  readonly url?: string;
  readonly refundAmount?: number;
  /** What of `refundAmount` is handed back in cash. */
  readonly cashAmount?: number;
  readonly reason?: string;
}

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

/** One comparison of our records with Stripe and Temporal. */
export const ReconciliationEntity = defineEntity({
  name: 'Reconciliation',
  tableName: 'reconciliations',
  properties: {
    id: p.uuid().primary(),
    /** `schedule`, or the id of who asked for it. */
    startedBy: p.text(),
    status: p.enum(['running', 'completed', 'failed']),
    startedAt: p.datetime(),
    endedAt: p.datetime().nullable(),
    comparedPayments: p.integer().default(0),
    comparedIntents: p.integer().default(0),
    comparedWorkflows: p.integer().default(0),
    comparedOrders: p.integer().default(0),
    comparedBookings: p.integer().default(0),
    /** Differences that it saw, new or not. */
    found: p.integer().default(0),
  },
});
export type ReconciliationRow = InferEntity<typeof ReconciliationEntity>;

/** Something that is not as it should be; one row per kind and subject, opened again when it comes back. */
export const DifferenceEntity = defineEntity({
  name: 'Difference',
  tableName: 'differences',
  properties: {
    id: p.uuid().primary(),
    kind: p.enum(DIFFERENCE_KINDS),
    /** What it is about, unique within its kind: an id of ours, of Stripe or of Temporal. */
    subject: p.text(),
    status: p.enum(['open', 'closed']),
    orderId: p.uuid().nullable(),
    paymentId: p.uuid().nullable(),
    intentId: p.text().nullable(),
    amount: p.integer().nullable(),
    currency: p.text().nullable(),
    details: p.json<DifferenceDetails>(),
    foundAt: p.datetime(),
    seenAt: p.datetime(),
    /** The run that saw it last. */
    seenIn: p.uuid(),
    closedAt: p.datetime().nullable(),
  },
});
export type DifferenceRow = InferEntity<typeof DifferenceEntity>;

/** What somebody had done about a difference, and how that went. Written once, its outcome once more. */
export const MendEntity = defineEntity({
  name: 'Mend',
  tableName: 'mends',
  properties: {
    id: p.uuid().primary(),
    differenceId: p.uuid(),
    /** The n-th mend of its difference. */
    number: p.integer(),
    action: p.enum(MEND_ACTIONS),
    actorId: p.text(),
    at: p.datetime(),
    /** Null while it is under way. */
    outcome: p.enum(['mended', 'refused', 'failed']).nullable(),
    note: p.text().nullable(),
    endedAt: p.datetime().nullable(),
  },
});
export type MendRow = InferEntity<typeof MendEntity>;
