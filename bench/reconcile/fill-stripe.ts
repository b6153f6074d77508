/** Fills the Stripe stand-in: copies of real payments, written into its file while it runs. */

import type { Store } from 'stripe-stand-in/store';
import { copyOf, copyPayment } from './copy-payment.ts';
import { plantOf } from './plants.ts';
import { fateOf, type Calendar, type Range } from './story.ts';
import type { Fate, Template } from './templates.ts';

/** So many are written at once: the stand-in, which writes its log into the same file, waits no longer than that. */
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

/** What became of the n-th payment by Stripe; undefined when it knows none. */
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
