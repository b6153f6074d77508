/** An order with its people, lines, shares and events. */

import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { Place } from '../../../domain/contract/places.ts';
import type { OrderLine } from '../../../domain/contract/orders.ts';
import { EVENT_TYPES, type EventData } from '../../../domain/events.ts';
import type { AttentionReason } from '../../../domain/failures.ts';
import { END_REASONS, ORDER_STATUSES } from '../../../domain/order.ts';
import { SHARE_STATUSES } from '../../../domain/share.ts';

export const OrderEntity = defineEntity({
  name: 'Order',
  tableName: 'orders',
  properties: {
    id: p.uuid().primary(),
    number: p.integer().nullable(),
    status: p.enum(ORDER_STATUSES),
    /** Why it ended other than by completion; the words for it are in its cancel request. */
    reason: p.enum(END_REASONS).nullable(),
    /** The wish that it was canceled by. */
    cancelRequestId: p.uuid().nullable(),
    /** The version of the newest event; 1 when the order is written. */
    version: p.integer(),
    billVersion: p.integer().default(1),
    currency: p.text(),
    totalAmount: p.integer(),
    place: p.json<Place>().nullable(),
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
    /** Whose unpaid orders it is counted with, and those of which network; HMACs, null where it is not counted. */
    heldBy: p.text().nullable(),
    network: p.text().nullable(),
    /** What of it needs a person, in the order in which that was asked for; each is cleared by itself. */
    attention: p.array().$type<AttentionReason[]>().default([]),
    /** It is being ended: nothing of it is paid or captured any more. */
    closing: p.boolean().default(false),
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
    /** She has shown that the address is hers. */
    emailProven: p.boolean().default(false),
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
    /** What was sold, for reports: as it was when it was ordered. Null of lines older than that was kept. */
    productId: p.uuid().nullable(),
    category: p.text().nullable(),
    variantId: p.uuid(),
    name: p.text(),
    options: p.json<OrderLine['options']>(),
    quantity: p.integer(),
    unitAmount: p.integer(),
    amount: p.integer(),
    /** The tax contained in the price, in basis points, then: the catalog tells tax classes apart by their rates. */
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

/** Which part of which line a share pays: written with the bill, and never computed again (ADR 16). */
export const AllocationEntity = defineEntity({
  name: 'Allocation',
  tableName: 'allocations',
  properties: {
    shareId: p.uuid().primary(),
    lineId: p.uuid().primary(),
    amount: p.integer(),
  },
});

/** Someone's wish to cancel, with the words for it; the workflow is told its id alone. */
export const CancelRequestEntity = defineEntity({
  name: 'CancelRequest',
  tableName: 'cancel_requests',
  properties: {
    id: p.uuid().primary(),
    orderId: p.uuid(),
    /** In the words of who asks. Nothing else holds them: no event, no history, no mail's row. */
    reason: p.text().nullable(),
    /** What was sold goes back on sale. */
    restock: p.boolean(),
    actor: p.enum(['host', 'agent']),
    actorId: p.text(),
    createdAt: p.datetime(),
    /** When it was refused; null while it is to be seen to, or was. */
    refusedAt: p.datetime().nullable(),
  },
});

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
