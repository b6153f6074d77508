/**
 * The contract with everybody outside: the zod schema of every request and answer. The API validates with
 * these, the OpenAPI document is generated from them, and the screens are typed by them.
 * Amounts are integers in the currency's minor unit; times are ISO 8601 in UTC.
 */

import { z } from 'zod';
import { ALLERGENS } from './allergens.ts';
import { EVENT_TYPES } from './events.ts';
import { ATTENTION_REASONS, ERROR_CODES } from './failures.ts';
import { LIMITS } from './limits.ts';
import { ADVANCE_TARGETS, ORDER_STATUSES } from './order.ts';
import { PAYMENT_METHODS } from './payment.ts';
import { DIFFERENCE_KINDS, LEDGER_PARTS, MEND_ACTIONS } from './reconciliation.ts';
import { ROLES } from './roles.ts';
import { PAYMENT_STATUSES, SHARE_STATUSES } from './share.ts';

export { LIMITS };

const id = z.uuid();
const amount = z.int().min(0).max(LIMITS.amount);
const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\u0000-\u001f\u007f]*$/u, 'must not contain control characters')
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode');
/** Several lines of text; what a database cannot keep is refused. */
const prose = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .regex(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/u, 'must not contain control characters')
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode');
const currency = z.string().length(3);
const time = z.iso.datetime();

/** What a request header `Idempotency-Key` must look like: at least 128 random bits, as a UUID or 22 to 64 URL-safe characters. */
export const idempotencyKeySchema = z.string().regex(/^[A-Za-z0-9_-]{22,64}$/);

// ── Catalog ────────────────────────────────────────────────────────────────────────────────────────────────

export { ALLERGENS };

export const optionSchema = z.strictObject({
  id,
  name: text(LIMITS.nameLength),
  /** Added to the variant's price; may be negative. */
  amount: z.int().min(-LIMITS.amount).max(LIMITS.amount),
});
export const optionGroupSchema = z.strictObject({
  id,
  name: text(LIMITS.nameLength),
  /** How many options must, and may, be chosen. `minimum: 1, maximum: 1` is a plain choice. */
  minimum: z.int().min(0).max(20),
  maximum: z.int().min(1).max(20),
  options: z.array(optionSchema).min(1).max(30),
});
export const variantSchema = z.strictObject({
  id,
  name: text(LIMITS.nameLength),
  unitAmount: amount,
  currency,
  available: z.int().min(0),
});
export const productSchema = z.strictObject({
  id,
  name: text(LIMITS.nameLength),
  description: z.string(),
  category: text(LIMITS.nameLength),
  imageUrl: z.string().nullable(),
  allergens: z.array(z.enum(ALLERGENS)),
  /** Tax contained in the price, in basis points: 1900 = 19 %. */
  taxRate: z.int().min(0).max(10_000),
  active: z.boolean(),
  position: z.int(),
  /** Rises with every change; send it as `ifVersion` to change only what you saw. */
  version: z.int(),
  variants: z.array(variantSchema),
  optionGroups: z.array(optionGroupSchema),
});
export type Product = z.infer<typeof productSchema>;
export type Variant = z.infer<typeof variantSchema>;
export type OptionGroup = z.infer<typeof optionGroupSchema>;

const optionInput = optionSchema.partial({ id: true });
const optionGroupInput = optionGroupSchema
  .partial({ id: true })
  .extend({ options: z.array(optionInput).min(1).max(30) })
  .refine((group) => group.minimum <= group.maximum && group.maximum <= group.options.length, {
    message: 'minimum ≤ maximum ≤ number of options must hold',
  });
const variantInput = z.strictObject({
  id: id.optional(),
  name: text(LIMITS.nameLength),
  unitAmount: amount,
  /** Stock of a new variant; an existing one's stock is set by `PUT /api/variants/:id/stock`. */
  available: z.int().min(0).max(1_000_000).optional(),
});
/** `POST /api/products`. Variants and groups keep the order given. */
export const createProductSchema = z.strictObject({
  name: text(LIMITS.nameLength),
  description: prose(500).default(''),
  category: text(LIMITS.nameLength),
  allergens: z.array(z.enum(ALLERGENS)).default([]),
  taxRate: z.int().min(0).max(10_000),
  active: z.boolean().default(true),
  variants: z.array(variantInput).min(1).max(20),
  optionGroups: z.array(optionGroupInput).max(10).default([]),
});
/** `PATCH /api/products/:id`: only what is given changes. Given variants or groups replace the whole list; ids keep theirs. */
export const updateProductSchema = z
  .strictObject({
    name: text(LIMITS.nameLength),
    description: prose(500),
    category: text(LIMITS.nameLength),
    allergens: z.array(z.enum(ALLERGENS)),
    taxRate: z.int().min(0).max(10_000),
    active: z.boolean(),
    variants: z.array(variantInput).min(1).max(20),
    optionGroups: z.array(optionGroupInput).max(10),
    ifVersion: z.int(),
  })
  .partial();
/** `PUT /api/variants/:id/stock`: what is available from now on; holds stay as they are. */
export const setStockSchema = z.strictObject({ available: z.int().min(0).max(1_000_000) });
export type CreateProduct = z.infer<typeof createProductSchema>;
export type UpdateProduct = z.infer<typeof updateProductSchema>;

// ── Orders ─────────────────────────────────────────────────────────────────────────────────────────────────

export const lineInputSchema = z.strictObject({
  variantId: id,
  quantity: z.int().min(1).max(LIMITS.quantityPerLine),
  /** Ids of the chosen options, each once. */
  options: z.array(id).max(30).optional(),
  note: text(LIMITS.noteLength).optional(),
});
export type LineInput = z.infer<typeof lineInputSchema>;

export const contactSchema = z.strictObject({ name: text(LIMITS.nameLength), email: z.email().max(254) });

/** A PaymentMethod of Stripe. */
export const paymentMethodId = z.string().regex(/^pm_[A-Za-z0-9_]{1,250}$/);

/** `POST /api/orders`, solo. `contact` is required of guests; a signed-in customer's is her account's. */
export const placeOrderSchema = z.strictObject({
  lines: z.array(lineInputSchema).min(1).max(LIMITS.linesPerOrder),
  contact: contactSchema.optional(),
  /** Where it goes: a table, a lane, or the name for pick-up. */
  place: text(LIMITS.placeLength).optional(),
  /** Pays with this Stripe PaymentMethod as soon as the stock is held. */
  payment: z
    .strictObject({
      paymentMethodId,
      tipAmount: amount.optional(),
      /** Keeps the card for the account that pays, once it has paid. */
      savePaymentMethod: z.boolean().optional(),
    })
    .optional(),
  /** The total the customer was shown, tip apart; another price is `409 version_conflict` and nothing is placed. */
  expectedAmount: amount.optional(),
});
export type PlaceOrder = z.infer<typeof placeOrderSchema>;

export const payShareSchema = z
  .strictObject({
    paymentMethodId: paymentMethodId.optional(),
    tipAmount: amount.optional(),
    savePaymentMethod: z.boolean().optional(),
  })
  .refine((pay) => pay.savePaymentMethod !== true || pay.paymentMethodId !== undefined, {
    path: ['savePaymentMethod'],
    message: 'needs a paymentMethodId',
  });
/** `POST /api/orders/:id/shares/:shareId/cash`. */
export const recordCashSchema = z.strictObject({ tipAmount: amount.optional() });
export const cancelOrderSchema = z.strictObject({
  reason: text(LIMITS.reasonLength).optional(),
  /** Put what was sold back on sale. Agents only; before the order is prepared it is always put back. */
  restock: z.boolean().optional(),
});
export const advanceOrderSchema = z.strictObject({ to: z.enum(ADVANCE_TARGETS) });
export const createRefundSchema = z
  .strictObject({
    shareId: id.optional(),
    lines: z
      .array(z.strictObject({ lineId: id, quantity: z.int().min(1).max(LIMITS.quantityPerLine) }))
      .min(1)
      .max(LIMITS.linesPerOrder)
      .optional(),
    amount: amount.min(1).optional(),
    reason: text(LIMITS.reasonLength),
    restock: z.boolean().optional(),
  })
  .refine((refund) => !(refund.lines && refund.amount !== undefined), {
    message: 'give lines or an amount, not both',
  });

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
  taxRate: z.int(),
  note: z.string().nullable(),
  participantId: id,
  sharedBetween: z.array(id),
});
/** A card as its holder recognizes it; `brand` is Stripe's word: `visa`, `mastercard`, `amex` … */
export const cardSchema = z.strictObject({ brand: z.string(), last4: z.string() });
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
});
export const orderSchema = z.strictObject({
  id,
  /** What it is called at the counter before it has a number: four characters that staff find it by. */
  code: z.string(),
  /** Counts confirmed orders from 1; null before. */
  number: z.int().nullable(),
  kind: z.enum(['solo', 'shared']),
  status: z.enum(ORDER_STATUSES),
  /** Why it ended, or the words given for a cancellation. */
  reason: z.string().nullable(),
  paymentStatus: z.enum(PAYMENT_STATUSES),
  version: z.int(),
  currency,
  /** The bill, tax included, tips apart. */
  totalAmount: z.int(),
  tipsAmount: z.int(),
  refundedAmount: z.int(),
  taxes: z.array(z.strictObject({ rate: z.int(), grossAmount: z.int(), taxAmount: z.int() })),
  place: z.string().nullable(),
  /** The participant who opened the order. */
  host: id,
  participants: z.array(participantSchema),
  lines: z.array(lineSchema),
  shares: z.array(shareSchema),
  /** When the hold ends unless every share is authorized. */
  deadline: time.nullable(),
  needsAttention: z.enum(ATTENTION_REASONS).nullable(),
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
  role: z.enum(['host', 'participant', 'agent']),
  participantId: id.nullable(),
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
  reason: z.string().optional(),
  shareId: id.optional(),
  amount: z.int().optional(),
  /** `cash` where the amount went into the till, or out of it. */
  method: z.literal('cash').optional(),
  declineCode: z.string().optional(),
});
export type PublicEvent = z.infer<typeof eventSchema>;

export const paymentSchema = z.strictObject({
  id,
  status: z.enum(['processing', 'requires_action', 'authorized', 'captured', 'declined', 'canceled']),
  clientSecret: z.string().optional(),
});
export const refundSchema = z.strictObject({
  id,
  amount: z.int(),
  reason: z.string(),
  status: z.enum(['pending', 'succeeded', 'failed']),
});

/** One refund in the list of an order's refunds. */
export const listedRefundSchema = refundSchema.extend({
  shareId: id,
  /** What it was of; null: of all that was left; empty: an amount alone. */
  lines: z.array(z.strictObject({ lineId: id, quantity: z.int() })).nullable(),
  restock: z.boolean(),
  /** `cash` was handed out; all else goes back to the card. */
  method: z.enum(PAYMENT_METHODS),
  /** Asked for by staff, by the end of an order, or made in Stripe's dashboard. */
  origin: z.enum(['staff', 'order', 'stripe']),
  /** Who of the staff asked for it, and why it failed: for staff alone, null for all others. */
  by: z.string().nullable(),
  failureCode: z.string().nullable(),
  /** What it reserved went on sale again, or was to: trying it again puts nothing back a second time. */
  wasMade: z.boolean(),
  createdAt: time,
});
export type ListedRefund = z.infer<typeof listedRefundSchema>;

export const orderAnswer = z.strictObject({ order: orderSchema, viewer: viewerSchema.optional() });
export const placedOrderAnswer = orderAnswer.extend({ guestToken: z.string().optional() });
/** `GET /api/payment-methods`: a card that an account has saved; its `id` is a `paymentMethodId` to pay with. */
export const savedCardSchema = cardSchema.extend({
  id: paymentMethodId,
  expMonth: z.int(),
  expYear: z.int(),
  /** Past its last month: it can only be removed. */
  expired: z.boolean(),
});
export type SavedCard = z.infer<typeof savedCardSchema>;

export const paymentAnswer = z.strictObject({ share: shareSchema, payment: paymentSchema });
export const refundAnswer = z.strictObject({ order: orderSchema, refund: refundSchema });
export const productAnswer = z.strictObject({ product: productSchema });
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), nextCursor: z.string().nullable() });

/** `GET /api/products?category=&q=&cursor=&limit=`; `all` (agents) shows inactive ones too. */
export const productsQuerySchema = z.strictObject({
  category: text(LIMITS.nameLength).optional(),
  q: text(LIMITS.nameLength).optional(),
  all: z.enum(['true', 'false']).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(LIMITS.pageSize).optional(),
});
/**
 * `GET /api/orders?status=&q=&attention=&toPay=&cursor=&limit=`; `status` may be a comma-separated list; `q` finds a
 * number, code, place or name; `attention=true` leaves only orders that need a person, `toPay=true` those of which
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
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(LIMITS.pageSize).optional(),
});
export const eventsQuerySchema = z.strictObject({
  after: z.coerce.number().int().min(0).max(2_147_483_647).optional(),
});

// ── Reconciliation ─────────────────────────────────────────────────────────────────────────────────────────

export const mendSchema = z.strictObject({
  id,
  action: z.enum(MEND_ACTIONS),
  /** The name of who asked for it; null when that account is gone. */
  by: z.string().nullable(),
  at: time,
  /** Null while it is under way. `refused`: nothing was wrong with it, but it could not set the difference right. */
  outcome: z.enum(['mended', 'refused', 'failed']).nullable(),
  note: z.string().nullable(),
  endedAt: time.nullable(),
});
export const differenceSchema = z.strictObject({
  id,
  kind: z.enum(DIFFERENCE_KINDS),
  status: z.enum(['open', 'closed']),
  orderId: id.nullable(),
  orderNumber: z.int().nullable(),
  /** A PaymentIntent of Stripe. */
  intentId: z.string().nullable(),
  amount: z.int().nullable(),
  currency: currency.nullable(),
  /** What is known besides: statuses, amounts on both sides, what was tried how often. */
  details: z.strictObject({
    orderStatus: z.string().optional(),
    paymentStatus: z.string().optional(),
    intentStatus: z.string().optional(),
    ourAmount: z.int().optional(),
    stripeAmount: z.int().optional(),
    ourRefundedAmount: z.int().optional(),
    stripeRefundedAmount: z.int().optional(),
    ledgerPart: z.enum(LEDGER_PARTS).optional(),
    ledgerAmount: z.int().optional(),
    orderAmount: z.int().optional(),
    paidAmount: z.int().optional(),
    operation: z.string().optional(),
    workflowId: z.string().optional(),
    workflowStatus: z.string().optional(),
    activity: z.string().optional(),
    activityId: z.string().optional(),
    attempt: z.int().optional(),
  }),
  foundAt: time,
  /** When it was last seen to be there. */
  seenAt: time,
  closedAt: time.nullable(),
  /** What an admin can have done about it; null where somebody must find out first what happened. */
  action: z.enum(MEND_ACTIONS).nullable(),
  /** The workflow that it is about, in the Temporal UI. */
  workflowUrl: z.string().nullable(),
  /** What was done about it, newest first. */
  mends: z.array(mendSchema),
});
export type Difference = z.infer<typeof differenceSchema>;
export const differenceAnswer = z.strictObject({ difference: differenceSchema });

/** `GET /api/differences?status=`: the open ones, the most pressing first, or the last closed. */
export const differencesQuerySchema = z.strictObject({ status: z.enum(['open', 'closed']).optional() });
/** `POST /api/differences/:id/mend`: `action` must be the one that the difference offers. */
export const mendDifferenceSchema = z.strictObject({ action: z.enum(MEND_ACTIONS) });

export const reconciliationRunSchema = z.strictObject({
  id,
  /** `schedule`, or the name of who asked for it. */
  startedBy: z.string(),
  status: z.enum(['running', 'completed', 'failed']),
  startedAt: time,
  endedAt: time.nullable(),
  comparedPayments: z.int(),
  comparedIntents: z.int(),
  comparedWorkflows: z.int(),
  comparedOrders: z.int(),
  comparedBookings: z.int(),
  /** Differences that it saw, new or not. */
  found: z.int(),
});
export const reconciliationAnswer = z.strictObject({
  /** The last ones, newest first. */
  runs: z.array(reconciliationRunSchema),
  openDifferences: z.int(),
});
export type Reconciliation = z.infer<typeof reconciliationAnswer>;

/** `GET /api/config`: what a page needs to know before anything else. */
export const publicConfigSchema = z.strictObject({
  currency,
  stripePublishableKey: z.string(),
  stripeJsUrl: z.string(),
  /** Set on a laptop, where a mail can be read in the mail sink's page and test cards work. */
  demo: z.boolean(),
  /** Who sells, and where its clock is; address and tax id are empty where they are not set. */
  shop: z.strictObject({ name: z.string(), address: z.string(), taxId: z.string(), timeZone: z.string() }),
});
export type PublicConfig = z.infer<typeof publicConfigSchema>;

/** `GET /api/me`: the signed-in person, or null. */
export const meSchema = z.strictObject({
  user: z
    .strictObject({
      id: z.string(),
      name: z.string(),
      email: z.string(),
      role: z.enum(ROLES),
      emailVerified: z.boolean(),
    })
    .nullable(),
});
export type Me = z.infer<typeof meSchema>;

export const errorSchema = z.strictObject({
  error: z.strictObject({
    code: z.enum(ERROR_CODES),
    /** A sentence for people. */
    message: z.string(),
    details: z.unknown().optional(),
  }),
});
