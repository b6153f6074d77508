/** The contract of orders: placing, reading and following them. */

import { z } from 'zod';
import { DISPUTE_STATES } from '../dispute.ts';
import { EVENT_REASONS, EVENT_TYPES } from '../events.ts';
import { ATTENTION_REASONS } from '../failures.ts';
import { LIMITS } from '../limits.ts';
import { ADVANCE_TARGETS, END_REASONS, ORDER_STATUSES } from '../order.ts';
import { CHANGE_MAKERS } from '../order-change.ts';
import { ACTION_NAMES } from '../permissions.ts';
import { PAYMENT_METHODS } from '../payment.ts';
import { PAYMENT_STATUSES, SHARE_STATUSES } from '../share.ts';
import { SOLD_OUT_CHOICES } from '../sold-out.ts';
import { TAX_CLASSES } from '../tax-class.ts';
import { paymentMethodId, cardSchema } from './cards.ts';
import { appliedChangeSchema, discountSchema, openChangeSchema, questionSchema } from './order-changes.ts';
import { placeInputSchema, placeSchema } from './places.ts';
import { id, amount, text, mailAddress, currency, idempotencyKeySchema, pageQuery, time } from './fields.ts';

export const lineInputSchema = z.strictObject({
  variantId: id,
  quantity: z.int().min(1).max(LIMITS.quantityPerLine),
  /** Ids of the chosen options, without duplicates. */
  options: z.array(id).max(30).optional(),
  note: text(LIMITS.noteLength).optional(),
});
export type LineInput = z.infer<typeof lineInputSchema>;

export const contactSchema = z.strictObject({ name: text(LIMITS.nameLength), email: mailAddress });

/** As random and as long as an Idempotency-Key. */
const attemptSchema = idempotencyKeySchema;

/** `POST /api/orders/find`. */
export const findOrderSchema = z.strictObject({ attempt: attemptSchema });

/** `POST /api/orders`, solo. Guests must send `contact`; a signed-in customer's contact is her account's. */
export const placeOrderSchema = z.strictObject({
  lines: z.array(lineInputSchema).min(1).max(LIMITS.linesPerOrder),
  contact: contactSchema.optional(),
  /** Where the order goes; if absent, it is collected at the counter. */
  place: placeInputSchema.optional(),
  /** Pays with this Stripe PaymentMethod as soon as the stock is held. */
  payment: z
    .strictObject({
      paymentMethodId,
      tipAmount: amount.optional(),
      /** Saves the card to the payer's account once the payment succeeds. */
      savePaymentMethod: z.boolean().optional(),
    })
    .optional(),
  /**
   * A secret that the client keeps until it has an answer. With it, the key belongs to the client that has both, signed
   * in or not: an order whose answer was lost is found even after a sign-in or after it has ended.
   */
  attempt: attemptSchema.optional(),
  /**
   * The total that the customer was shown, excluding the tip; with another price the API responds `409
   * version_conflict` and places nothing.
   */
  expectedAmount: amount.optional(),
  /** What is to be done if something of it runs out after it was ordered; by default it is left out. */
  ifSoldOut: z.enum(SOLD_OUT_CHOICES).optional(),
});
export type PlaceOrder = z.infer<typeof placeOrderSchema>;

export const cancelOrderSchema = z.strictObject({
  /** The reason in the canceler's words; becomes the order's `reasonText`. */
  reason: text(LIMITS.reasonLength).optional(),
  /** Put the sold goods back on sale. Agents only; before preparation starts they always go back. */
  restock: z.boolean().optional(),
});

export const clearAttentionSchema = z.strictObject({
  /** The reason to clear; if absent, the first of `attention`. */
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
  /** Product name, with the variant's if the product has several: `Flat white, large`. */
  name: z.string(),
  options: z.array(chosenOptionSchema),
  quantity: z.int(),
  /** Price of one, options included. */
  unitAmount: z.int(),
  /** Quantity × unit price − discount. */
  amount: z.int(),
  /** What discounts have taken off it. */
  discountAmount: z.int(),
  /** The tax contained in the price, in basis points, at the time of the order. */
  taxRate: z.int(),
  note: z.string().nullable(),
  /** Units that are refunded, or about to be: they need not be prepared any more. */
  refundedQuantity: z.int(),
  participantId: id,
  sharedBetween: z.array(id),
  /** The product and its category at the time of the order; null for lines that predate the field. */
  productId: id.nullable(),
  category: z.string().nullable(),
  /** The tax class at the time of the order; null if the product had none. */
  taxClass: z.enum(TAX_CLASSES).nullable(),
  /** Of a settlement that pays a part of a line: what the whole line costs. Null for anything else. */
  wholeAmount: z.int().nullable(),
  /** What is to be done if it runs out, as chosen when it was ordered. */
  ifSoldOut: z.enum(SOLD_OUT_CHOICES),
});

export const shareSchema = z.strictObject({
  id,
  /** Who pays it. */
  participantId: id,
  /** Whose share it was, if somebody else has taken it over; null if its payer's own. */
  ownerId: id.nullable(),
  amount: z.int(),
  tipAmount: z.int(),
  refundedAmount: z.int(),
  /** What changes have given back of it: its amount is without it. */
  changedAmount: z.int(),
  status: z.enum(SHARE_STATUSES),
  /** How it was paid; null until then. */
  method: z.enum(PAYMENT_METHODS).nullable(),
  /** Stripe's code of the last decline, while the share is due again. */
  declineCode: z.string().nullable(),
  /** The card that paid it, shown to its payer, the host and staff; null for all others, and until it is authorized. */
  card: cardSchema.nullable(),
  /** The state of a dispute of its payment; null if its payer never disputed it. */
  dispute: z.enum(DISPUTE_STATES).nullable(),
  /** Which part of each line it pays, in the order of the lines; they sum to its amount. */
  allocations: z.array(z.strictObject({ lineId: id, amount: z.int() })),
});

export const orderSchema = z.strictObject({
  id,
  /** The order's name at the counter before it has a number: four characters by which staff find it. */
  code: z.string(),
  /** Counts confirmed orders from 1; null before. */
  number: z.int().nullable(),
  /** `settlement`: a payment of a tab, whose lines are parts of what the tab has had; `solo`: anything else. */
  kind: z.enum(['solo', 'settlement']),
  status: z.enum(ORDER_STATUSES),
  /** Why it ended, unless it was completed. */
  reason: z.enum(END_REASONS).nullable(),
  /** The reason in the canceler's words, if given. */
  reasonText: z.string().nullable(),
  paymentStatus: z.enum(PAYMENT_STATUSES),
  /** A round that is prepared unpaid: its tab is paid in parts, and it has no shares. */
  paidAfter: z.boolean(),
  version: z.int(),
  currency,
  /** The bill, tax included, excluding tips. */
  totalAmount: z.int(),
  tipsAmount: z.int(),
  refundedAmount: z.int(),
  taxes: z.array(z.strictObject({ rate: z.int(), grossAmount: z.int(), taxAmount: z.int() })),
  /** Of a round: its tab, and its number in it, from 1; null for an order placed alone. */
  tab: z.strictObject({ id, round: z.int(), title: z.string().nullable() }).nullable(),
  /**
   * Of a settlement: the tab that it pays a part of, and whether it charges the tab's card on file; null for anything
   * else.
   */
  settles: z.strictObject({ tabId: id, title: z.string().nullable(), isOnFile: z.boolean() }).nullable(),
  /** Where the order goes; null if it is collected at the counter. */
  place: placeSchema.nullable(),
  /** Where it was to go before its tab moved; null if it did not. */
  movedFrom: placeSchema.nullable(),
  /** The participant who placed the order. */
  host: id,
  participants: z.array(participantSchema),
  lines: z.array(lineSchema),
  shares: z.array(shareSchema),
  /** The change that is being made; null if there is none. */
  change: openChangeSchema.nullable(),
  /** Changes that were made, oldest first. */
  changes: z.array(appliedChangeSchema),
  discounts: z.array(discountSchema),
  /** What somebody is, or was, asked about lines that have run out. */
  questions: z.array(questionSchema),
  /** When the hold ends unless every share is authorized. */
  deadline: time.nullable(),
  /** The first of `attention`; null if it is empty. */
  needsAttention: z.enum(ATTENTION_REASONS).nullable(),
  /** Why it needs a person, most pressing first. */
  attention: z.array(z.enum(ATTENTION_REASONS)),
  /** When it was paid and shown to agents; null before. */
  confirmedAt: time.nullable(),
  createdAt: time,
  updatedAt: time,
});
export type Order = z.infer<typeof orderSchema>;
export type OrderLine = z.infer<typeof lineSchema>;
export type Share = z.infer<typeof shareSchema>;

/** What the kitchen must know of somebody in a round's tab. */
export const allergiesSchema = z.strictObject({ participantId: id, text: z.string() });
export type Allergies = z.infer<typeof allergiesSchema>;

/** The further fields that agents see. */
export const orderForAgentsSchema = orderSchema.extend({
  contact: contactSchema.nullable(),
  /** What the kitchen must know of its people. */
  allergies: z.array(allergiesSchema),
  /** The order's workflow in the Temporal UI. */
  workflowUrl: z.string(),
});
export type OrderForAgents = z.infer<typeof orderForAgentsSchema>;

/** Who is reading, so that a page knows which buttons to offer. */
export const viewerSchema = z.strictObject({
  /** `agent`: any member of staff. */
  role: z.enum(['host', 'participant', 'agent']),
  participantId: id.nullable(),
  /** What the viewer may do to this order, or to her own share of it, as far as its status allows. */
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
  /** A code: no event holds words that a person typed. */
  reason: z.enum(EVENT_REASONS).optional(),
  shareId: id.optional(),
  amount: z.int().optional(),
  /** `cash` if the amount went into or out of the till. */
  method: z.literal('cash').optional(),
  declineCode: z.string().optional(),
  /** The change that it is about, as the order's `changes` tell of it once it is made. */
  changeId: id.optional(),
  /** Who made that change, and, if a guest did, which. */
  madeBy: z.enum(CHANGE_MAKERS).optional(),
  participantId: id.optional(),
  /** Whether the sold goods went back on sale with it. */
  restock: z.literal(true).optional(),
});
export type PublicEvent = z.infer<typeof eventSchema>;

/** An event with the fields for staff. */
export const eventForAgentsSchema = eventSchema.extend({
  /** The name of the staff member; null for anybody else, and if that account is gone. */
  by: z.string().nullable(),
});
export type EventForAgents = z.infer<typeof eventForAgentsSchema>;

export const orderAnswer = z.strictObject({ order: orderSchema, viewer: viewerSchema.optional() });

export const placedOrderAnswer = orderAnswer.extend({ guestToken: z.string().optional() });

/**
 * `GET /api/orders?status=&q=&attention=&toPay=&cursor=&limit=`; `status` may be a comma-separated list; `q` matches a
 * number, a code, or words of place and names, ignoring case and accents; `attention=true` returns only orders that
 * need a person, `toPay=true` only those with an unpaid share.
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
