/** The contract of payments and refunds. */

import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { TAB_LIMITS } from '../tab.ts';
import { PAYMENT_METHODS, REFUND_STATUSES } from '../payment.ts';
import { paymentMethodId } from './cards.ts';
import { REFUND_CAUSES } from '../refund.ts';
import { id, amount, text, time } from './fields.ts';
import { refusedAs } from './problem-of.ts';
import { shareSchema, orderSchema } from './orders.ts';

export const payShareSchema = z
  .strictObject({
    paymentMethodId: paymentMethodId.optional(),
    tipAmount: amount.optional(),
    savePaymentMethod: z.boolean().optional(),
  })
  .refine((pay) => pay.savePaymentMethod !== true || pay.paymentMethodId !== undefined, {
    ...refusedAs({ code: 'card_required' }),
    path: ['savePaymentMethod'],
  });

/** `POST /api/orders/:id/shares/:shareId/cash`. */
export const recordCashSchema = z.strictObject({ tipAmount: amount.optional() });

export const createRefundSchema = z
  .strictObject({
    shareId: id.optional(),
    lines: z
      .array(z.strictObject({ lineId: id, quantity: z.int().min(1).max(LIMITS.quantityPerLine) }))
      .min(1)
      // A tab's round may have more lines than an order placed alone.
      .max(TAB_LIMITS.lines)
      .optional(),
    amount: amount.min(1).optional(),
    reason: text(LIMITS.reasonLength),
    restock: z.boolean().optional(),
  })
  .refine((refund) => !(refund.lines && refund.amount !== undefined), {
    ...refusedAs({ code: 'lines_or_amount' }),
  });

export type CreateRefund = z.output<typeof createRefundSchema>;

export const paymentSchema = z.strictObject({
  id,
  status: z.enum(['processing', 'requires_action', 'authorized', 'captured', 'declined', 'canceled']),
  clientSecret: z.string().optional(),
});

export const refundSchema = z.strictObject({
  id,
  amount: z.int(),
  /** Why money is refunded. */
  cause: z.enum(REFUND_CAUSES),
  /** The reason in the words of the person who asked for it; null if none was given. */
  reason: z.string().nullable(),
  status: z.enum(REFUND_STATUSES),
});

/** One refund in the list of an order's refunds. */
export const listedRefundSchema = refundSchema.extend({
  shareId: id,
  /** The refunded lines; null: everything that was left; empty: an amount alone. */
  lines: z.array(z.strictObject({ lineId: id, quantity: z.int() })).nullable(),
  restock: z.boolean(),
  /** `cash` is handed out; anything else goes back to the card. */
  method: z.enum(PAYMENT_METHODS),
  /** Requested by staff, caused by the end of an order, or made in Stripe's dashboard. */
  origin: z.enum(['staff', 'order', 'stripe']),
  /** The staff member who requested it, and why it failed: for staff only, null for all others. */
  by: z.string().nullable(),
  failureCode: z.string().nullable(),
  /**
   * Whether it returns money beyond what the share pays now: of a payment that was given up, or because of a change. Share,
   * bill and receipt are without it.
   */
  isBesides: z.boolean(),
  /** Whether Stripe accepted it, or its cash was handed out: retrying it restocks nothing a second time. */
  wasMade: z.boolean(),
  createdAt: time,
});
export type ListedRefund = z.infer<typeof listedRefundSchema>;

export const paymentAnswer = z.strictObject({ share: shareSchema, payment: paymentSchema });

export const refundAnswer = z.strictObject({
  order: orderSchema,
  refund: refundSchema,
  /** Of a round that is paid after: what of the refund's amount nobody had paid, and is owed no more. */
  reducedAmount: z.int().optional(),
});
