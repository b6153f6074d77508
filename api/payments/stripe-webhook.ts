/** `POST /api/stripe/webhook`: stores Stripe's events and passes them on to their orders. */

import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import Stripe from 'stripe';
import type { Config } from '../../config.ts';
import type { Databases } from '../../db/databases.ts';
import {
  keepStripeEvent,
  settleStripeEvent,
  type StripeNews,
} from '../../db/orders/payments/stripe-events.ts';
import { readStripeEvent } from '../../domain/stripe-event.ts';
import { passOnNews } from '../../temporal/payments/start.ts';
import { invalidRequest } from '../http/api-error.ts';
import { readBytes } from '../http/read-body.ts';
import type { Handlers } from '../http/route.ts';

const WEBHOOK_LIMIT = 1024 * 1024;
/** Timeout for Temporal: Stripe waits for our response. */
const PASS_ON_MS = 5_000;

export function stripeWebhookRoutes(options: {
  config: Config;
  databases: Databases;
  temporal: Client;
  logger: Logger;
}) {
  const { config, databases, temporal, logger } = options;
  const { signature } = new Stripe(config.stripe.secretKey).webhooks;
  return {
    'POST /api/stripe/webhook': async ({ ctx }) => {
      const bytes = await readBytes(ctx.req, WEBHOOK_LIMIT);
      assertSigned(bytes, ctx.get('Stripe-Signature'));
      const told = readJsonOf(bytes);
      const event = readStripeEvent(told);
      if (event) {
        const news = await keepStripeEvent(databases.orders, event);
        if (news) await passOn(news);
      } else if (!isThinEvent(told)) {
        throw invalidRequest('This is signed by Stripe, but it is no event.');
      }
      return { status: 200, body: { received: true as const } };
    },
  } satisfies Partial<Handlers>;

  function assertSigned(bytes: Buffer, header: string): void {
    try {
      signature!.verifyHeader(bytes, header, config.stripe.webhookSecret);
    } catch {
      throw invalidRequest('This is not signed by Stripe with our webhook secret.');
    }
  }

  /** An event that cannot be passed on now stays unhandled, and a worker passes it on when Temporal is back. */
  async function passOn(news: StripeNews): Promise<void> {
    try {
      const isDone = await temporal.withDeadline(Date.now() + PASS_ON_MS, () => passOnNews(temporal, news));
      if (isDone) await settleStripeEvent(databases.orders, news.eventId);
    } catch (error) {
      logger.warn({ err: error, eventId: news.eventId }, 'an event of Stripe has to wait for Temporal');
    }
  }
}

function readJsonOf(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch {
    throw invalidRequest('This is signed by Stripe, but it is no JSON.');
  }
}

/** A thin event of Stripe, which only names its object: an endpoint may get it, and nothing here uses it. */
function isThinEvent(told: unknown): boolean {
  return typeof told === 'object' && told !== null && 'object' in told && told.object === 'v2.core.event';
}
