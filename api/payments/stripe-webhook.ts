/** `POST /api/stripe/webhook`: what Stripe has to tell, kept, and passed on to the order that it is about. */

import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import Stripe from 'stripe';
import { z } from 'zod';
import type { Config } from '../../config.ts';
import type { Databases } from '../../db/databases.ts';
import { keepStripeEvent } from '../../db/orders/requests.ts';
import { orderWorkflowId, paymentChanged } from '../../workflows/messages.ts';
import { invalidRequest } from '../http/api-error.ts';
import { readBytes } from '../http/read-body.ts';
import { defineRoute, type Route } from '../http/route.ts';

const WEBHOOK_LIMIT = 1024 * 1024;
const received = z.strictObject({ received: z.literal(true) });

export function stripeWebhookRoutes(options: {
  config: Config;
  databases: Databases;
  temporal: Client;
}): Route[] {
  const { config, databases, temporal } = options;
  const { webhooks } = new Stripe(config.stripe.secretKey);
  return [
    defineRoute({
      method: 'post',
      path: '/api/stripe/webhook',
      tag: 'Payments',
      summary: 'Stripe tells of a payment',
      description: '200 once it is kept. Anything else makes Stripe send it again.',
      who: 'Stripe, signed',
      rawBody: ['application/json'],
      answers: { 200: received },
      errors: ['invalid_request'],
      handle: async ({ ctx }) => {
        const bytes = await readBytes(ctx.req, WEBHOOK_LIMIT);
        let event: Stripe.Event;
        try {
          event = webhooks.constructEvent(bytes, ctx.get('Stripe-Signature'), config.stripe.webhookSecret);
        } catch {
          throw invalidRequest('This is not signed by Stripe with our webhook secret.');
        }
        const payment = await keepStripeEvent(databases.orders, {
          id: event.id,
          type: event.type,
          paymentIntentId: paymentIntentOf(event),
          createdAt: new Date(event.created * 1000),
        });
        // One that was kept before is passed on all the same: the first time may have failed after keeping it.
        if (payment?.status === 'requires_action') await passOn(temporal, payment);
        return { status: 200, body: { received: true as const } };
      },
    }),
  ];
}

/**
 * Nudges the order's workflow to read Stripe back: only while it waits for news of the payment. Whatever else is told
 * of a payment, the step that works on it hears from Stripe itself. A workflow that has ended hears nothing, and that
 * is fine.
 */
async function passOn(temporal: Client, payment: { id: string; orderId: string }): Promise<void> {
  try {
    await temporal.workflow
      .getHandle(orderWorkflowId(payment.orderId))
      .signal(paymentChanged, { paymentId: payment.id });
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

const aboutPayment = z.object({
  object: z.string(),
  id: z.string(),
  payment_intent: z.union([z.string(), z.object({ id: z.string() })]).nullish(),
});

function paymentIntentOf(event: Stripe.Event): string | null {
  const parsed = aboutPayment.safeParse(event.data.object);
  if (!parsed.success) return null;
  const { object, id, payment_intent: intent } = parsed.data;
  if (object === 'payment_intent') return id;
  return typeof intent === 'string' ? intent : (intent?.id ?? null);
}
