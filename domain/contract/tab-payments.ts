/** The contract of paying a tab that is settled after, and of what it owes. */

import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { PAYMENT_METHODS } from '../payment.ts';
import { TAB_LIMITS } from '../tab.ts';
import { paymentMethodId } from './cards.ts';
import { amount, id, time } from './fields.ts';
import { refusedAs } from './problem-of.ts';
import { placedOrderAnswer } from './orders.ts';
import { paymentAnswer } from './payments.ts';

/** What of a tab somebody pays. */
export const whatSchema = z.discriminatedUnion('kind', [
  /** What she has ordered, and her part of what she shares. */
  z.strictObject({ kind: z.literal('mine') }),
  /** All that is open of these lines, or so many units of them. */
  z.strictObject({
    kind: z.literal('lines'),
    lines: z
      .array(z.strictObject({ lineId: id, quantity: z.int().min(1).max(LIMITS.quantityPerLine).optional() }))
      .min(1)
      .max(TAB_LIMITS.paidLines),
  }),
  /** One of so many equal parts of the bill. */
  z.strictObject({ kind: z.literal('even'), of: z.int().min(1).max(TAB_LIMITS.evenParts) }),
  z.strictObject({ kind: z.literal('amount'), amount: amount.min(1) }),
  /** All that nobody has paid, nor is paying now. */
  z.strictObject({ kind: z.literal('rest') }),
]);
export type WhatInput = z.output<typeof whatSchema>;

/** `POST /api/tabs/:id/payments`: sets a part of what the tab owes aside for its payer, and charges it at once if a card is given. */
export const payTabSchema = z
  .strictObject({
    what: whatSchema,
    tipAmount: amount.optional(),
    /** Absent: it is paid on its own page, or in cash, within a few minutes. */
    paymentMethodId: paymentMethodId.optional(),
    savePaymentMethod: z.boolean().optional(),
    /** The amount that the payer was shown; if it is another one now, the API responds `409 version_conflict`. */
    expectedAmount: amount.optional(),
    /** Who pays; only staff name somebody else. */
    participantId: id.optional(),
  })
  .refine((pay) => pay.savePaymentMethod !== true || pay.paymentMethodId !== undefined, {
    ...refusedAs({ code: 'card_required' }),
    path: ['savePaymentMethod'],
  });
export type PayTab = z.output<typeof payTabSchema>;

/** What was chosen to be paid, without the lines; `of`: one of so many equal parts. */
const chosenSchema = z.strictObject({
  kind: z.enum(['mine', 'lines', 'even', 'amount', 'rest']),
  of: z.int().optional(),
});

/** A part of the bill that somebody is paying right now: nobody else pays it until `until`. */
export const tabClaimSchema = z.strictObject({
  /** The order of the payment. */
  orderId: id,
  participantId: id,
  what: chosenSchema,
  amount: z.int(),
  /** When it ends by itself if it isn't paid; null while it is being charged. */
  until: time.nullable(),
});

/** A payment of a tab. Its tip is its payer's own affair. */
export const tabPaymentSchema = z.strictObject({
  orderId: id,
  participantId: id,
  what: chosenSchema,
  amount: z.int(),
  /** What of `amount` was given back. */
  refundedAmount: z.int(),
  method: z.enum(PAYMENT_METHODS),
  /** It was charged to the card on file, in its giver's absence. */
  isOnFile: z.boolean(),
  at: time,
});
export type TabPayment = z.infer<typeof tabPaymentSchema>;

const duePartSchema = z.strictObject({ participantId: id, amount: z.int() });

/** A line of a round that is not wholly paid. */
export const owedLineSchema = z.strictObject({
  lineId: id,
  orderId: id,
  /** Who ordered it. */
  participantId: id,
  name: z.string(),
  options: z.array(z.string()),
  note: z.string().nullable(),
  quantity: z.int(),
  unitAmount: z.int(),
  amount: z.int(),
  taxRate: z.int(),
  /** What of it nobody has paid, nor is paying now. */
  openAmount: z.int(),
  /** Whose the open part is; it sums to `openAmount`. */
  due: z.array(duePartSchema),
  /** What of it is being paid right now, by whom. */
  claimed: z.array(duePartSchema),
});
export type OwedLine = z.infer<typeof owedLineSchema>;

/**
 * The answer to a payment of a tab: its own order, of kind `settlement`, with its one share. `payment` is null until
 * somebody pays it. `guestToken` proves a payer without an account.
 */
export const tabPaymentAnswer = placedOrderAnswer.extend({
  share: paymentAnswer.shape.share,
  payment: paymentAnswer.shape.payment.nullable(),
});
