/** The contract of paying a share and giving money back. */

import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { PAYMENT_METHODS, REFUND_STATUSES } from '../payment.ts';
import { paymentMethodId } from './cards.ts';
import { REFUND_CAUSES } from '../refund.ts';
import { id, amount, text, time } from './fields.ts';
import { shareSchema, orderSchema } from './orders.ts';

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

export const paymentSchema = z.strictObject({
  id,
  status: z.enum(['processing', 'requires_action', 'authorized', 'captured', 'declined', 'canceled']),
  clientSecret: z.string().optional(),
});

export const refundSchema = z.strictObject({
  id,
  amount: z.int(),
  /** Why money goes back. */
  cause: z.enum(REFUND_CAUSES),
  /** The words of who asked for it; null where nobody gave any. */
  reason: z.string().nullable(),
  status: z.enum(REFUND_STATUSES),
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
  /** Of money that came in besides what its share is paid with: share, bill and receipt stay as they are. */
  isBesides: z.boolean(),
  /** What it reserved went on sale again, or was to: trying it again puts nothing back a second time. */
  wasMade: z.boolean(),
  createdAt: time,
});
export type ListedRefund = z.infer<typeof listedRefundSchema>;

export const paymentAnswer = z.strictObject({ share: shareSchema, payment: paymentSchema });

export const refundAnswer = z.strictObject({ order: orderSchema, refund: refundSchema });
