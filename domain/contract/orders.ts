/** The contract of orders: placing, reading and following them. */

import { z } from 'zod';
import { DISPUTE_STATES } from '../dispute.ts';
import { EVENT_REASONS, EVENT_TYPES } from '../events.ts';
import { ATTENTION_REASONS } from '../failures.ts';
import { LIMITS } from '../limits.ts';
import { ADVANCE_TARGETS, END_REASONS, ORDER_STATUSES } from '../order.ts';
import { ACTION_NAMES } from '../permissions.ts';
import { PAYMENT_METHODS } from '../payment.ts';
import { PAYMENT_STATUSES, SHARE_STATUSES } from '../share.ts';
import { paymentMethodId, cardSchema } from './cards.ts';
import { placeInputSchema, placeSchema } from './places.ts';
import { id, amount, text, mailAddress, currency, idempotencyKeySchema, pageQuery, time } from './fields.ts';

export const lineInputSchema = z.strictObject({
  variantId: id,
  quantity: z.int().min(1).max(LIMITS.quantityPerLine),
  /** Ids of the chosen options, each once. */
  options: z.array(id).max(30).optional(),
  note: text(LIMITS.noteLength).optional(),
});
export type LineInput = z.infer<typeof lineInputSchema>;

export const contactSchema = z.strictObject({ name: text(LIMITS.nameLength), email: mailAddress });

/** As random and as long as an Idempotency-Key. */
const attemptSchema = idempotencyKeySchema;

/** `POST /api/orders/find`. */
export const findOrderSchema = z.strictObject({ attempt: attemptSchema });

/** `POST /api/orders`, solo. `contact` is required of guests; a signed-in customer's is her account's. */
export const placeOrderSchema = z.strictObject({
  lines: z.array(lineInputSchema).min(1).max(LIMITS.linesPerOrder),
  contact: contactSchema.optional(),
  /** Where it goes; absent: it is collected at the counter. */
  place: placeInputSchema.optional(),
  /** Pays with this Stripe PaymentMethod as soon as the stock is held. */
  payment: z
    .strictObject({
      paymentMethodId,
      tipAmount: amount.optional(),
      /** Keeps the card for the account that pays, once it has paid. */
      savePaymentMethod: z.boolean().optional(),
    })
    .optional(),
  /**
   * A secret that whoever sends this keeps until she has an answer: with it the key belongs to whoever has the two,
   * signed in or not, so that an order whose answer was lost is found after a sign-in and after its end.
   */
  attempt: attemptSchema.optional(),
  /** The total the customer was shown, tip apart; another price is `409 version_conflict` and nothing is placed. */
  expectedAmount: amount.optional(),
});
export type PlaceOrder = z.infer<typeof placeOrderSchema>;

export const cancelOrderSchema = z.strictObject({
  /** The words of who cancels: `reasonText` of the order then. */
  reason: text(LIMITS.reasonLength).optional(),
  /** Put what was sold back on sale. Agents only; before the order is prepared it is always put back. */
  restock: z.boolean().optional(),
});

export const clearAttentionSchema = z.strictObject({
  /** What was seen to; absent: the first of `attention`. */
  reason: z.enum(ATTENTION_REASONS).optional(),
});

export const advanceOrderSchema = z.strictObject({ to: z.enum(ADVANCE_TARGETS) });

export const participantSchema = z.strictObject({ id, name: z.string() });

export const chosenOptionSchema = z.strictObject({
  id,
  group: z.string(),
  name: z.string(),
  amount: z.int(),
});

export const lineSchema = z.strictObject({
  id,
  variantId: id,
  /** Product name, and the variant's where the product has several: `Flat white, large`. */
  name: z.string(),
  options: z.array(chosenOptionSchema),
  quantity: z.int(),
  /** Price of one, options included. */
  unitAmount: z.int(),
  amount: z.int(),
  /** The tax contained in it, in basis points, as it was when it was ordered: what tells tax classes apart. */
  taxRate: z.int(),
  note: z.string().nullable(),
  /** Units whose money went back, or is on its way: nobody waits for them any more. */
  refundedQuantity: z.int(),
  participantId: id,
  sharedBetween: z.array(id),
  /** The product and its category as they were when it was ordered; null of lines older than that was kept. */
  productId: id.nullable(),
  category: z.string().nullable(),
});

export const shareSchema = z.strictObject({
  id,
  participantId: id,
  amount: z.int(),
  tipAmount: z.int(),
  refundedAmount: z.int(),
  status: z.enum(SHARE_STATUSES),
  /** How it was paid; null until it is. */
  method: z.enum(PAYMENT_METHODS).nullable(),
  /** Stripe's code of the last decline while the share is due again. */
  declineCode: z.string().nullable(),
  /** The card that paid it: for its payer, the host and staff; null for all others, and until it is authorized. */
  card: cardSchema.nullable(),
  /** How a dispute of its payment stands; null where its payer never disputed it. */
  dispute: z.enum(DISPUTE_STATES).nullable(),
  /** Which part of which line it pays, in the order of the lines; they sum to its amount. */
  allocations: z.array(z.strictObject({ lineId: id, amount: z.int() })),
});

export const orderSchema = z.strictObject({
  id,
  /** What it is called at the counter before it has a number: four characters that staff find it by. */
  code: z.string(),
  /** Counts confirmed orders from 1; null before. */
  number: z.int().nullable(),
  /** Always `solo`; nothing else was ever made. Kept for clients of the contract of 2026-11-27. */
  kind: z.literal('solo'),
  status: z.enum(ORDER_STATUSES),
  /** Why it ended other than by completion. */
  reason: z.enum(END_REASONS).nullable(),
  /** The words of who canceled it, where they gave any. */
  reasonText: z.string().nullable(),
  paymentStatus: z.enum(PAYMENT_STATUSES),
  version: z.int(),
  currency,
  /** The bill, tax included, tips apart. */
  totalAmount: z.int(),
  tipsAmount: z.int(),
  refundedAmount: z.int(),
  taxes: z.array(z.strictObject({ rate: z.int(), grossAmount: z.int(), taxAmount: z.int() })),
  /** Where it goes; null: it is collected at the counter. */
  place: placeSchema.nullable(),
  /** The participant who opened the order. */
  host: id,
  participants: z.array(participantSchema),
  lines: z.array(lineSchema),
  shares: z.array(shareSchema),
  /** When the hold ends unless every share is authorized. */
  deadline: time.nullable(),
  /** The first of `attention`; null for none. */
  needsAttention: z.enum(ATTENTION_REASONS).nullable(),
  /** What of it needs a person, the most pressing first. */
  attention: z.array(z.enum(ATTENTION_REASONS)),
  /** When it was paid and agents heard of it; null before. */
  confirmedAt: time.nullable(),
  createdAt: time,
  updatedAt: time,
});
export type Order = z.infer<typeof orderSchema>;
export type OrderLine = z.infer<typeof lineSchema>;
export type Share = z.infer<typeof shareSchema>;

/** What agents see of an order besides. */
export const orderForAgentsSchema = orderSchema.extend({
  contact: contactSchema.nullable(),
  /** The order's workflow in the Temporal UI. */
  workflowUrl: z.string(),
});
export type OrderForAgents = z.infer<typeof orderForAgentsSchema>;

/** Who is looking, so that a page knows which buttons to offer. */
export const viewerSchema = z.strictObject({
  /** `agent`: anybody of the staff. */
  role: z.enum(['host', 'participant', 'agent']),
  participantId: id.nullable(),
  /** What she may do to this order, or to a share of it that is hers, as far as its status allows. */
  may: z.array(z.enum(ACTION_NAMES)),
});
export type Viewer = z.infer<typeof viewerSchema>;

export const eventSchema = z.strictObject({
  orderId: id,
  version: z.int(),
  type: z.enum(EVENT_TYPES),
  at: time,
  /** `host`, `agent` or `workflow`. */
  actor: z.enum(['host', 'agent', 'workflow']),
  status: z.enum(ORDER_STATUSES),
  /** A code: words that somebody typed are in no event. */
  reason: z.enum(EVENT_REASONS).optional(),
  shareId: id.optional(),
  amount: z.int().optional(),
  /** `cash` where the amount went into the till, or out of it. */
  method: z.literal('cash').optional(),
  declineCode: z.string().optional(),
  /** What was sold went back on sale with it. */
  restock: z.literal(true).optional(),
});
export type PublicEvent = z.infer<typeof eventSchema>;

/** An event as staff read it. */
export const eventForAgentsSchema = eventSchema.extend({
  /** The name of whoever of the staff did it; null for all others, and when that account is gone. */
  by: z.string().nullable(),
});
export type EventForAgents = z.infer<typeof eventForAgentsSchema>;

export const orderAnswer = z.strictObject({ order: orderSchema, viewer: viewerSchema.optional() });

export const placedOrderAnswer = orderAnswer.extend({ guestToken: z.string().optional() });

/**
 * `GET /api/orders?status=&q=&attention=&toPay=&cursor=&limit=`; `status` may be a comma-separated list; `q` finds a
 * number, a code, or words of place and names, whatever their case and accents; `attention=true` leaves only orders that need a person, `toPay=true` those of which
 * somebody still has to pay a share.
 */
export const ordersQuerySchema = z.strictObject({
  status: z
    .string()
    .transform((value) => value.split(','))
    .pipe(z.array(z.enum(ORDER_STATUSES)))
    .optional(),
  q: text(LIMITS.nameLength).optional(),
  attention: z.enum(['true', 'false']).optional(),
  toPay: z.enum(['true', 'false']).optional(),
  ...pageQuery,
});

export const eventsQuerySchema = z.strictObject({
  ...pageQuery,
  after: z.coerce.number().int().min(0).max(2_147_483_647).optional(),
});
