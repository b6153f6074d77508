/** Fills the Stripe stand-in: writes copies of real payments into its file while it runs. */

import type { Store } from 'stripe-stand-in/store';
import { copyOf, copyPayment } from './copy-payment.ts';
import { plantOf } from './plants.ts';
import { fateOf, type Calendar, type Range } from './story.ts';
import type { Fate, Template } from './templates.ts';

/** Batch size: the stand-in writes its log to the same file and waits no longer than one batch. */
const AT_ONCE = 500;

/** Writes these payments, oldest first, as Stripe would have them. */
export function fillStripe(
  store: Store,
  templates: Record<Fate, Template>,
  calendar: Calendar,
  { from, to }: Range,
): void {
  for (let start = from; start <= to; start += AT_ONCE) {
    store.transaction(() => {
      for (let n = start; n <= Math.min(to, start + AT_ONCE - 1); n += 1) {
        const fate = fateAtStripe(n);
        if (fate) copyPayment(store, templates[fate], n, copyOf(calendar, n));
      }
    });
  }
}

/** Returns the outcome of the n-th payment at Stripe; undefined if Stripe does not have it. */
function fateAtStripe(n: number): Fate | undefined {
  switch (plantOf(n)) {
    case 'order_without_money':
      return undefined;
    case 'amount_differs':
      return 'refunded';
    default:
      return fateOf(n);
  }
}
