/** The contract of changing an order after it was paid. */

import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { CHANGE_END_REASONS, CHANGE_SETTLEMENTS, CHANGE_STATUSES } from '../order-change.ts';
import { PAYMENT_METHODS } from '../payment.ts';
import { TAB_LIMITS } from '../tab.ts';
import { cardSchema, paymentMethodId } from './cards.ts';
import { id, text, time } from './fields.ts';
import { lineInputSchema, lineSchema, orderAnswer, orderSchema } from './orders.ts';
import { paymentSchema } from './payments.ts';
import { placeInputSchema } from './places.ts';
import { refusedAs } from './problem-of.ts';

const setLineSchema = z.strictObject({
  lineId: id,
  /** Absent: it stays; 0: the line is taken off. Units that were refunded count. */
  quantity: z.int().min(0).max(LIMITS.quantityPerLine).optional(),
  /** Another article in its place, such as another size, for the same people; absent: it stays. */
  variantId: id.optional(),
  /** All options that it is to have; absent: they stay. */
  options: z.array(id).max(30).optional(),
  /** Null: none any more. */
  note: text(LIMITS.noteLength).nullable().optional(),
});

/** `POST /api/orders/:id/changes/preview`. */
export const previewChangeSchema = z.strictObject({
  /** The version of the order that the change is based on. */
  ifVersion: z.int().min(1),
  set: z
    .array(setLineSchema)
    .max(TAB_LIMITS.lines)
    .refine((lines) => new Set(lines.map(({ lineId }) => lineId)).size === lines.length, {
      ...refusedAs({ code: 'repeated_line' }),
    })
    .optional(),
  add: z
    .array(
      lineInputSchema.extend({
        /** For whom staff add it; absent: for the host. A guest adds for herself alone. */
        participantId: id.optional(),
      }),
    )
    .max(LIMITS.linesPerOrder)
    .optional(),
  place: placeInputSchema.optional(),
  /** Why, in the words of staff, who must say so to change it. */
  reason: text(LIMITS.reasonLength).optional(),
  /** How more is paid that staff add: by the guest on her phone, in cash, or, by a manager's grace, not at all. */
  settle: z.enum(CHANGE_SETTLEMENTS).optional(),
  /** What a waived difference is called on the bill. */
  discountName: text(LIMITS.nameLength).optional(),
});
export type ChangeWish = z.output<typeof previewChangeSchema>;

/** How a difference is paid; without a payment method the page confirms it with the clientSecret. */
const paymentOfChange = z
  .strictObject({ paymentMethodId: paymentMethodId.optional(), savePaymentMethod: z.boolean().optional() })
  .refine((pay) => pay.savePaymentMethod !== true || pay.paymentMethodId !== undefined, {
    ...refusedAs({ code: 'card_required' }),
    path: ['savePaymentMethod'],
  });
export type PaymentOfChange = z.output<typeof paymentOfChange>;

/** `POST /api/orders/:id/changes`. */
export const createChangeSchema = previewChangeSchema.extend({
  /** What the preview said that it costs more or, if it is negative, gives back. */
  expectedDifference: z.int(),
  payment: paymentOfChange.optional(),
});
export type CreateChange = z.output<typeof createChangeSchema>;

/** `POST /api/orders/:id/changes/seen`. */
export const seeChangesSchema = z.strictObject({ changeId: id });

/** `POST /api/orders/:id/changes/:changeId/agree`. */
export const agreeSchema = z.strictObject({
  /** What it costs her more or, if it is negative, gives her back. */
  expectedDifference: z.int(),
  payment: paymentOfChange.optional(),
});
export type Agree = z.output<typeof agreeSchema>;

/** A line of the bill as it would be. */
const previewLineSchema = lineSchema
  .pick({
    variantId: true,
    name: true,
    options: true,
    quantity: true,
    unitAmount: true,
    amount: true,
    discountAmount: true,
    taxRate: true,
    note: true,
  })
  .extend({
    /** Null: it is added. */
    id: id.nullable(),
  });

export const changePreviewAnswer = z.strictObject({
  /** What it costs more, or, if it is negative, gives back, before any of it is waived: what a change expects. */
  differenceAmount: z.int(),
  /** What of it `settle: 'waive'` gives up: nobody pays it. */
  discountAmount: z.int(),
  /** What everybody who has a part in it pays or gets back; nobody else's share changes. */
  byPayer: z.array(z.strictObject({ participantId: id, amount: z.int() })),
  /** What comes back to the caller, by the payment that it goes back to. */
  givesBack: z.array(
    z.strictObject({ amount: z.int(), method: z.enum(PAYMENT_METHODS), card: cardSchema.nullable() }),
  ),
  bill: z.strictObject({
    totalAmount: z.int(),
    lines: z.array(previewLineSchema),
    taxes: orderSchema.shape.taxes,
  }),
  /** Until when the order can be changed; null: until the kitchen starts. */
  until: time.nullable(),
});

export const changeSchema = z.strictObject({
  id,
  status: z.enum(CHANGE_STATUSES),
  /** Why it was given up; null unless it was. */
  reason: z.enum(CHANGE_END_REASONS).nullable(),
  differenceAmount: z.int(),
  /** Until when the difference can be paid; null if nothing is to pay. */
  deadline: time.nullable(),
  /** The caller's payment of her part of the difference; null if she has nothing to pay, or has not begun. */
  payment: paymentSchema.nullable(),
});

export const changeAnswer = orderAnswer.extend({ change: changeSchema });
