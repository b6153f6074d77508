/** What Stripe told while nobody could be told: events that nobody saw to, events that never came, refunds that hang. */

import type { Client } from '@temporalio/client';
import type Stripe from 'stripe';
import type { Database } from '../../db/database.ts';
import { listHangingRefunds } from '../../db/orders/refunds/refunds.ts';
import {
  keepStripeEvent,
  listMissingEvents,
  listUnhandledEvents,
  settleStripeEvent,
  type StripeNews,
} from '../../db/orders/payments/stripe-events.ts';
import { readStripeEvent, STRIPE_EVENT_TYPES } from '../../domain/stripe-event.ts';
import type { Job } from '../operations/jobs.ts';
import { passOnNews, startAftercare } from '../../temporal/payments/start.ts';
import { startRefund } from '../../temporal/refunds/start.ts';

const EVERY_MS = 15_000;
/** How far back Stripe's list of events is read: each round again, so that none is missed that is listed late. */
const LIST_SECONDS = 600;
/** Further when there was no round for longer, as far as Stripe keeps events; this far when nobody knows since when. */
const FURTHEST_LIST_SECONDS = 30 * 24 * 60 * 60;
const FIRST_LIST_SECONDS = 3 * 24 * 60 * 60;
/** Younger ones are on their way to the API. */
const TOO_YOUNG_SECONDS = 10;
/** What only an event tells; of all else the order's own workflow asks Stripe itself, and it comes with every order. */
const ONLY_TOLD = STRIPE_EVENT_TYPES.filter(
  (type) => !type.startsWith('payment_intent.') || type === 'payment_intent.canceled',
);
/** How often a refund that is pending at Stripe is asked about. */
const ASK_AGAIN_MS = 15 * 60_000;

interface Options {
  readonly orders: Database;
  readonly temporal: Client;
  readonly stripe: Stripe;
}

/** Each looks every 15 seconds, whatever becomes of the others. */
export function createMissedNewsJobs(options: Options): Job[] {
  return [
    {
      name: 'unhandled_events',
      everyMs: EVERY_MS,
      failure: 'events could not be passed on',
      run: () => passOnUnhandled(options),
    },
    {
      name: 'hanging_refunds',
      everyMs: EVERY_MS,
      failure: 'hanging refunds could not be seen to',
      run: () => seeToRefunds(options),
    },
    {
      name: 'missed_events',
      everyMs: EVERY_MS,
      failure: 'events could not be listed',
      run: ({ secondsSince }) =>
        fetchMissed(
          options,
          secondsSince === null
            ? FIRST_LIST_SECONDS
            : Math.min(FURTHEST_LIST_SECONDS, Math.ceil(secondsSince) + LIST_SECONDS),
        ),
    },
  ];
}

async function passOnUnhandled({ orders, temporal }: Options): Promise<void> {
  for (const news of await listUnhandledEvents(orders, { seconds: 10, limit: 100 }))
    await pass(orders, temporal, news);
}

async function pass(orders: Database, temporal: Client, news: StripeNews): Promise<void> {
  if (await passOnNews(temporal, news)) await settleStripeEvent(orders, news.eventId);
}

/** A refund that was reserved and whose workflow was never started gets one; one that Stripe has is asked about. */
async function seeToRefunds({ orders, temporal }: Options): Promise<void> {
  for (const refund of await listHangingRefunds(orders, { seconds: 60, limit: 100 })) {
    const { id, orderId, paymentId } = refund;
    const cause = `refund-${id}-${Math.floor(Date.now() / ASK_AGAIN_MS)}`;
    if (refund.madeAt) await startAftercare(temporal, cause, { orderId, paymentId });
    else await startRefund(temporal, { orderId, refundId: id });
  }
}

/** Stripe gives up on an endpoint that does not answer for long, and keeps its events: what is not here is fetched. */
async function fetchMissed({ orders, temporal, stripe }: Options, seconds: number): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  const created = { gte: now - seconds, lte: now - TOO_YOUNG_SECONDS };
  let page: Stripe.Event[] = [];
  for await (const event of stripe.events.list({ types: ONLY_TOLD, created, limit: 100 })) {
    if (page.push(event) < 100) continue;
    await takeMissing(page);
    page = [];
  }
  await takeMissing(page);

  async function takeMissing(events: readonly Stripe.Event[]): Promise<void> {
    const missing = await listMissingEvents(
      orders,
      events.map(({ id }) => id),
    );
    for (const event of events
      .filter(({ id }) => missing.has(id))
      .flatMap((each) => readStripeEvent(each) ?? [])) {
      const news = await keepStripeEvent(orders, event);
      if (news) await pass(orders, temporal, news);
    }
  }
}
