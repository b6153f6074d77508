/** Recovers news from Stripe: events that were not handled, events that never arrived, and refunds that are stuck. */

import type { Client } from '@temporalio/client';
import type Stripe from 'stripe';
import type { Database } from '../../db/database.ts';
import { readSoughtBy } from '../../db/orders/orders/read-sought.ts';
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
/** How far back Stripe's list of events is read in each round, so that events listed late are not missed. */
const LIST_SECONDS = 600;
/** Further if there was no round for longer, up to Stripe's retention; this far if the last round is unknown. */
const FURTHEST_LIST_SECONDS = 30 * 24 * 60 * 60;
const FIRST_LIST_SECONDS = 3 * 24 * 60 * 60;
/** Younger ones may still be on their way to the API. */
const TOO_YOUNG_SECONDS = 10;
/**
 * Types that only events report; for all others, which every order has, the order's own workflow asks Stripe itself.
 */
const ONLY_TOLD = STRIPE_EVENT_TYPES.filter(
  (type) => !type.startsWith('payment_intent.') || type === 'payment_intent.canceled',
);
/** How often Stripe is asked about a pending refund. */
const ASK_AGAIN_MS = 15 * 60_000;

interface Options {
  readonly orders: Database;
  readonly temporal: Client;
  readonly stripe: Stripe;
}

/** Creates the jobs. Each runs every 15 seconds, even if another fails. */
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

/** Starts missing workflows of reserved refunds, and reads back those that Stripe has. */
async function seeToRefunds({ orders, temporal }: Options): Promise<void> {
  const refunds = await listHangingRefunds(orders, { seconds: 60, limit: 100 });
  const known = await readSoughtBy(
    orders,
    refunds.map(({ orderId }) => orderId),
  );
  for (const { id, orderId, paymentId, madeAt } of refunds) {
    const of = known.get(orderId) ?? {};
    const cause = `refund-${id}-${Math.floor(Date.now() / ASK_AGAIN_MS)}`;
    if (madeAt) await startAftercare(temporal, cause, { orderId, paymentId }, of);
    else await startRefund(temporal, { orderId, refundId: id }, of);
  }
}

/** Fetches missing events: Stripe stops sending to an endpoint that is down for long, but keeps its events. */
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
