/** Reads the card from a PaymentIntent. */

import type Stripe from 'stripe';
import type { Card } from '../../domain/card.ts';

/** A card that Stripe saves for a Customer. */
export interface SavedCard {
  readonly paymentMethodId: string;
  readonly stripeCustomerId: string;
}

/**
 * Returns the card that paid a PaymentIntent, from its charge; null unless `latest_charge` is expanded and succeeded.
 */
export function cardOf({ latest_charge: charge }: Stripe.PaymentIntent): Card | null {
  if (typeof charge !== 'object' || charge?.status !== 'succeeded') return null;
  const { brand, last4 } = charge.payment_method_details?.card ?? {};
  return last4 ? { brand: brand ?? 'unknown', last4 } : null;
}

/** Returns the card that Stripe attached to a Customer with the payment; null when it was not to be saved. */
export function savedCardOf(intent: Stripe.PaymentIntent): SavedCard | null {
  const { customer, payment_method: method, setup_future_usage: usage } = intent;
  if (usage === null || typeof customer !== 'string' || typeof method !== 'string') return null;
  return { paymentMethodId: method, stripeCustomerId: customer };
}
