/** Routes for payments and refunds. */

import { z } from 'zod';
import { savedCardSchema } from '../cards.ts';
import { pageOf, pageQuerySchema } from '../fields.ts';
import { orderAnswer } from '../orders.ts';
import {
  createRefundSchema,
  listedRefundSchema,
  paymentAnswer,
  payShareSchema,
  recordCashSchema,
  refundAnswer,
} from '../payments.ts';
import type { RouteTable } from '../route.ts';

export const paymentRoutes = {
  'POST /api/orders/:id/shares/:shareId/pay': {
    tag: 'Payments',
    summary: 'Pay a share',
    description:
      'With a payment method it is confirmed here; without one the page confirms it with the clientSecret. ' +
      'A payment that waits for its payer (3-D Secure) is answered with its clientSecret, and read back from Stripe: ' +
      'an empty body asks how it ended, and is no new attempt. ' +
      '`savePaymentMethod` has Stripe keep the card for the signed-in account once it has paid. ' +
      '202: still on its way.',
    permission: 'share.pay',
    idempotencyKey: 'required',
    body: payShareSchema,
    answers: { 200: paymentAnswer, 202: paymentAnswer },
    errors: [
      'tip_too_large',
      'card_declined',
      'counter_only',
      'illegal_transition',
      'idempotency_conflict',
      'try_again',
    ],
  },
  'POST /api/orders/:id/shares/:shareId/cash': {
    tag: 'Payments',
    summary: 'Record that a share was paid in cash',
    description:
      'A card payment of the share that is still open is voided first. Refused when the share is paid by card ' +
      'meanwhile: then hand the cash back. 202: recorded, and the order is still being confirmed.',
    permission: 'share.take_cash',
    idempotencyKey: 'required',
    body: recordCashSchema,
    answers: { 200: orderAnswer, 202: orderAnswer },
    errors: ['tip_too_large', 'illegal_transition', 'idempotency_conflict', 'try_again'],
  },
  'POST /api/orders/:id/refunds': {
    tag: 'Payments',
    summary: 'Give money back',
    description:
      'By lines, by amount, or all that is left. An agent may give back of one order what the refund limit allows, in ' +
      'one refund or several; a manager any amount. 202: reserved, and on its way to Stripe. Of a round that is paid ' +
      'after, lines are canceled: what is unpaid of them is owed no more, and the rest goes back to who paid it.',
    permission: 'refund.create',
    idempotencyKey: 'required',
    body: createRefundSchema,
    answers: { 201: refundAnswer, 202: refundAnswer },
    errors: ['illegal_transition', 'already_claimed', 'idempotency_conflict', 'try_again'],
  },
  'GET /api/orders/:id/refunds': {
    isRead: true,
    tag: 'Payments',
    summary: "An order's refunds, oldest first",
    description: 'Staff see who asked for each, and why one failed.',
    permission: 'order.read',
    query: pageQuerySchema,
    answers: { 200: pageOf(listedRefundSchema) },
  },
  'GET /api/payment-methods': {
    tag: 'Payments',
    summary: 'The cards you have saved, newest first',
    description: 'Each card once, however often it was saved. Pay with its `id` as `paymentMethodId`.',
    permission: 'card.keep',
    query: pageQuerySchema,
    answers: { 200: pageOf(savedCardSchema) },
    errors: ['too_many_requests', 'try_again'],
  },
  'DELETE /api/payment-methods/:paymentMethod': {
    tag: 'Payments',
    summary: 'Remove a card you have saved',
    description: 'Stripe forgets it, every time it was saved. A payment under way with it goes on.',
    permission: 'card.keep',
    answers: { 204: null },
    errors: ['not_found', 'too_many_requests', 'try_again'],
  },
  'POST /api/stripe/webhook': {
    tag: 'Payments',
    summary: 'Stripe tells of a payment',
    description:
      'Signed by Stripe. 200 once it is kept, or is of a kind that we do not ask for. Anything else makes Stripe send ' +
      'it again.',
    permission: 'stripe.report',
    rawBody: ['application/json'],
    answers: { 200: z.strictObject({ received: z.literal(true) }) },
  },
} as const satisfies RouteTable;
