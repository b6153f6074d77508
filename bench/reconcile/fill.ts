/** Fills Stripe and the orders database alike, except for the planted differences. */

import type Stripe from 'stripe';
import type { Store } from 'stripe-stand-in/store';
import { fillOrders } from './fill-orders.ts';
import { fillStripe } from './fill-stripe.ts';
import { plantDifferences } from './plants.ts';
import { spread } from './story.ts';
import { feeOf, makeTemplates } from './templates.ts';

/** What is filled. */
interface Filled {
  readonly stripe: Stripe;
  /** The stand-in's file. */
  readonly store: Store;
  readonly ordersUrl: string;
  /** The final number of payments, which the calendar is spread over. */
  readonly most: number;
}

/** Returns a function that fills both up to a number of payments. */
export async function startFilling({
  stripe,
  store,
  ordersUrl,
  most,
}: Filled): Promise<(count: number) => Promise<void>> {
  const templates = await makeTemplates(stripe, store);
  const fee = feeOf(templates.captured);
  const calendar = spread(most);
  let filled = 0;
  return async (count) => {
    const range = { from: filled + 1, to: count };
    fillStripe(store, templates, calendar, range);
    await fillOrders(ordersUrl, calendar, { ...range, fee });
    await plantDifferences({ store, templates, calendar }, ordersUrl, range);
    filled = count;
  };
}
