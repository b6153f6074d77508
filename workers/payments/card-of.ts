/** What a PaymentIntent tells of the card that paid it. */

import type Stripe from 'stripe';
import type { Card } from '../../domain/card.ts';

/** A card that Stripe keeps for a Customer. */
export interface SavedCard {
  readonly paymentMethodId: string;
  readonly stripeCustomerId: string;
}

/** The card that a PaymentIntent was paid with, of its charge; null unless `latest_charge` is expanded and succeeded. */
export function cardOf({ latest_charge: charge }: Stripe.PaymentIntent): Card | null {
  if (typeof charge !== 'object' || charge?.status !== 'succeeded') return null;
  const { brand, last4 } = charge.payment_method_details?.card ?? {};
  return last4 ? { brand: brand ?? 'unknown', last4 } : null;
}

/** The card that Stripe has attached to a Customer as it was paid with; null when it was not to be saved. */
export function savedCardOf(intent: Stripe.PaymentIntent): SavedCard | null {
  const { customer, payment_method: method, setup_future_usage: usage } = intent;
  if (usage === null || typeof customer !== 'string' || typeof method !== 'string') return null;
  return { paymentMethodId: method, stripeCustomerId: customer };
}
