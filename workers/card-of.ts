import type Stripe from 'stripe';
import type { Card } from '../domain/card.ts';

/** The card that a PaymentIntent was paid with, of its charge; null unless `latest_charge` is expanded and succeeded. */
export function cardOf({ latest_charge: charge }: Stripe.PaymentIntent): Card | null {
  if (typeof charge !== 'object' || charge?.status !== 'succeeded') return null;
  const { brand, last4 } = charge.payment_method_details?.card ?? {};
  return last4 ? { brand: brand ?? 'unknown', last4 } : null;
}
