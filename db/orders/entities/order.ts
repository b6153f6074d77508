/** An order with its people, lines, shares and events. A tab's lines are here, too. */

import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Place } from '../../../domain/contract/places.ts';
import type { OrderLine } from '../../../domain/contract/orders.ts';
import { EVENT_TYPES, type EventData } from '../../../domain/events.ts';
import type { AttentionReason } from '../../../domain/failures.ts';
import { END_REASONS, ORDER_KINDS, ORDER_STATUSES } from '../../../domain/order.ts';
import { SHARE_STATUSES } from '../../../domain/share.ts';
import { SOLD_OUT_CHOICES } from '../../../domain/sold-out.ts';
import { TAX_CLASSES } from '../../../domain/tax-class.ts';
import type { Split } from '../../../domain/split-rule.ts';
import { REDUCTION_CAUSES, type SettlementWish } from '../../../domain/settlement.ts';
import { ON_DEADLINE } from '../../../domain/tab.ts';

export const OrderEntity = defineEntity({
  name: 'Order',
  tableName: 'orders',
  properties: {
    id: p.uuid().primary(),
    /** Goods, or a payment of a tab's rounds. */
    kind: p.enum(ORDER_KINDS).default('goods'),
    number: p.integer().nullable(),
    status: p.enum(ORDER_STATUSES),
    /** Why it ended without completion; the reason in words is in its cancel request. */
    reason: p.enum(END_REASONS).nullable(),
    /** The cancel request that ended it. */
    cancelRequestId: p.uuid().nullable(),
    /** The version of the newest event; 1 when the order is written. */
    version: p.integer(),
    billVersion: p.integer().default(1),
    currency: p.text(),
    totalAmount: p.integer(),
    place: p.json<Place>().nullable(),
    /** Where it was to go before its tab moved, last of all. */
    movedFrom: p.json<Place>().nullable(),
    hostParticipantId: p.uuid(),
    /** The account it was ordered with; null for a guest. */
    userId: p.text().nullable(),
    /** SHA-256 of the request body, compared when the idempotency key is reused. */
    requestHash: p.text(),
    /** A hold decided after this time is refused: nobody waits for the answer any more. */
    acceptBefore: p.datetime(),
    deadline: p.datetime().nullable(),
    /** It came without a payment: its participants pay on its page, or at the counter. */
    paysLater: p.boolean().default(false),
    /** The guest and the network with whose unpaid orders it is counted; HMACs, null if it is not counted. */
    heldBy: p.text().nullable(),
    network: p.text().nullable(),
    /** Reasons why it needs a person, oldest first; each is cleared by itself. */
    attention: p.array().$type<AttentionReason[]>().default([]),
    /** For a round: its tab, and its number there, from 1. Both null for a solo order; a settlement has no number. */
    tabId: p.uuid().nullable(),
    round: p.integer().nullable(),
    /** The rule by which its bill becomes shares; null: everybody pays what she ordered. */
    split: p.json<Split>().nullable(),
    /** A round that is confirmed unpaid: its tab is paid in parts, by settlements. */
    paidAfter: p.boolean().default(false),
    /** What of its tab a settlement was to pay, as its payer asked. */
    what: p.json<SettlementWish>().nullable(),
    /** The card on file that a settlement charges; null for every other order. */
    tabCardId: p.uuid().nullable(),
    /** What happens if not all of it is paid by its deadline; null: it expires. */
    onDeadline: p.enum(ON_DEADLINE).nullable(),
    /** The change of it that is under way. */
    changeId: p.uuid().nullable(),
    /** How many of its people are asked about what has run out, and have not answered. */
    openQuestions: p.integer().default(0),
    /** It is being ended: none of its shares is paid or captured any more. */
    closing: p.boolean().default(false),
    confirmedAt: p.datetime().nullable(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});
export type OrderRow = InferEntity<typeof OrderEntity>;

/** Somebody in an order. In a tab and all its rounds, she has the same id. */
export const ParticipantEntity = defineEntity({
  name: 'Participant',
  tableName: 'participants',
  properties: {
    orderId: p.uuid().primary(),
    id: p.uuid().primary(),
    name: p.text(),
    email: p.text().nullable(),
    /** Whether she has verified the address. */
    emailProven: p.boolean().default(false),
    userId: p.text().nullable(),
    /** The language of her order and mails. */
    language: p.text().default('en'),
    createdAt: p.datetime(),
  },
});

/** A line of an order, or of a tab's basket: never of both; of neither, if it was taken off. */
export const LineEntity = defineEntity({
  name: 'Line',
  tableName: 'lines',
  properties: {
    id: p.uuid().primary(),
    orderId: p.uuid().nullable(),
    /** The tab in whose basket it is. */
    tabId: p.uuid().nullable(),
    /** The change that has taken it off: then it is of no order any more. */
    takenOffBy: p.uuid().nullable(),
    /** Rises with each change in the basket. */
    version: p.integer().default(1),
    position: p.integer(),
    participantId: p.uuid(),
    sharedBetween: p.array(),
    /** The weight of each of `sharedBetween`; null: they pay alike. */
    weights: p.array(Number).nullable(),
    /** What each of `sharedBetween` pays, once a change of its round has fixed it; null: by the weights. */
    parts: p.array(Number).nullable(),
    /** The product and category at the time of the order, for reports. Null for lines that predate the columns. */
    productId: p.uuid().nullable(),
    category: p.text().nullable(),
    variantId: p.uuid(),
    name: p.text(),
    options: p.json<OrderLine['options']>(),
    quantity: p.integer(),
    unitAmount: p.integer(),
    /** Quantity × unit price − discount. */
    amount: p.integer(),
    /** What discounts have taken off it. */
    discountAmount: p.integer().default(0),
    /** Of a round that is paid after: what of it is claimed, paid, canceled or written off. */
    settledAmount: p.integer().default(0),
    /** Of a round that is paid after: units that were canceled. */
    canceledQuantity: p.integer().default(0),
    /** The tax contained in the price, in basis points, at the time of the order. */
    taxRate: p.integer(),
    /** The product's tax class at the time of the order, for reports. Null if it had none. */
    taxClass: p.enum(TAX_CLASSES).nullable(),
    note: p.text().nullable(),
    /** What is to be done if it runs out, as chosen when it was ordered. */
    ifSoldOut: p.enum(SOLD_OUT_CHOICES).default('leave_out'),
  },
});
export type LineRow = InferEntity<typeof LineEntity>;

export const ShareEntity = defineEntity({
  name: 'Share',
  tableName: 'shares',
  properties: {
    id: p.uuid().primary(),
    orderId: p.uuid(),
    billVersion: p.integer(),
    /** Its payer. */
    participantId: p.uuid(),
    /** Whose share it was when the bill was fixed, if another has taken it over; null: its payer's own. */
    ownerParticipantId: p.uuid().nullable(),
    amount: p.integer(),
    tipAmount: p.integer().default(0),
    refundedAmount: p.integer().default(0),
    status: p.enum(SHARE_STATUSES),
    declineCode: p.text().nullable(),
    /** The newest attempt on it that has begun: the outcome of an earlier one changes nothing. */
    attemptId: p.uuid().nullable(),
    /** The change that it pays; null: it is of the bill as it was placed. */
    changeId: p.uuid().nullable(),
    /** What changes have given back of it: captured = amount + tip + this. */
    changedAmount: p.integer().default(0),
  },
});

/** The part of each line that each share pays: written with the bill, and never computed again (ADR 16). */
export const AllocationEntity = defineEntity({
  name: 'Allocation',
  tableName: 'allocations',
  properties: {
    shareId: p.uuid().primary(),
    lineId: p.uuid().primary(),
    amount: p.integer(),
  },
});

/** What of a line of a round that is paid after is owed no more, though nobody has paid it. */
export const ReductionEntity = defineEntity({
  name: 'Reduction',
  tableName: 'reductions',
  properties: {
    id: p.uuid().primary(),
    tabId: p.uuid(),
    orderId: p.uuid(),
    lineId: p.uuid(),
    amount: p.integer(),
    /** The units that were canceled; null if only an amount was. */
    quantity: p.integer().nullable(),
    cause: p.enum(REDUCTION_CAUSES),
    /** In the words of the staff member. Stored nowhere else: in no event, history or mail row. */
    reason: p.text().nullable(),
    actorId: p.text(),
    /** The command that caused it; it may have reduced several lines. */
    commandId: p.uuid(),
    /** SHA-256 of the request's body, compared when its key is reused; empty for a command that has none. */
    requestHash: p.text().default(''),
    createdAt: p.datetime(),
  },
});

/** What of a line that settlements have paid goes back with a refund, because the line was canceled. */
export const RefundPartEntity = defineEntity({
  name: 'RefundPart',
  tableName: 'refund_parts',
  properties: {
    refundId: p.uuid().primary(),
    lineId: p.uuid().primary(),
    /** The command that canceled the line; it may have caused several refunds. */
    commandId: p.uuid(),
    amount: p.integer(),
  },
});

/** A cancel request, with its reason in words; the workflow receives its id only. */
export const CancelRequestEntity = defineEntity({
  name: 'CancelRequest',
  tableName: 'cancel_requests',
  properties: {
    id: p.uuid().primary(),
    orderId: p.uuid(),
    /** In the requester's words. Stored nowhere else: in no event, history or mail row. */
    reason: p.text().nullable(),
    /** Whether sold goods go back on sale. */
    restock: p.boolean(),
    actor: p.enum(['host', 'agent']),
    actorId: p.text(),
    /** The question to which it is the answer: what has run out was all that was wanted. */
    questionId: p.uuid().nullable(),
    createdAt: p.datetime(),
    /** When it was refused; null while it is pending or was granted. */
    refusedAt: p.datetime().nullable(),
  },
});

export type CancelRequestRow = InferEntity<typeof CancelRequestEntity>;

export const EventEntity = defineEntity({
  name: 'Event',
  tableName: 'order_events',
  properties: {
    orderId: p.uuid().primary(),
    version: p.integer().primary(),
    type: p.enum(EVENT_TYPES),
    at: p.datetime(),
    actor: p.enum(['host', 'agent', 'workflow']),
    /** The user or participant who caused it; null for the workflow. */
    actorId: p.text().nullable(),
    /** By this key a repeated step finds its own event. */
    dedupeKey: p.text(),
    data: p.json<EventData>(),
  },
});
export type EventRow = InferEntity<typeof EventEntity>;
