/** Copies of a payment in the Stripe stand-in's file. */

import type { Store } from 'stripe-stand-in/store';
import { idOf, stripeIdOf, timeOf, type Calendar } from './story.ts';
import { PLACEHOLDERS, type Template } from './templates.ts';

/** Owner of a copied payment. */
export interface CopyOf {
  readonly orderId: string;
  readonly shareId: string;
  readonly paymentId: string;
  /** Seconds since the epoch. */
  readonly createdAt: number;
}

/** Returns the owner of the n-th payment. */
export function copyOf(calendar: Calendar, n: number): CopyOf {
  return {
    orderId: idOf('order', n),
    shareId: idOf('share', n),
    paymentId: idOf('payment', n),
    createdAt: timeOf(calendar, n),
  };
}

/** Writes one copy; its ids at Stripe derive from `n`. */
export function copyPayment(store: Store, template: Template, n: number | string, of: CopyOf): void {
  for (const { collection, json } of template.objects) {
    let text = json;
    for (const [name, id] of Object.entries(template.ids)) text = text.replaceAll(id, stripeIdOf(name, n));
    text = text
      .replaceAll(`"${PLACEHOLDERS.order_id}"`, `"${of.orderId}"`)
      .replaceAll(`"${PLACEHOLDERS.share_id}"`, `"${of.shareId}"`)
      .replaceAll(`"${PLACEHOLDERS.payment_id}"`, `"${of.paymentId}"`)
      .replaceAll(/"created":\d+/g, `"created":${of.createdAt}`);
    // Each collection takes its own object type from the template.
    store[collection].insert(JSON.parse(text) as never, {});
  }
}
