/** Reads Stripe as its dashboard would show it: injected faults do not affect these calls. */

import type Stripe from 'stripe';
import { createStripe } from '../../workers/operations/stripe.ts';
import type { System } from './system.ts';

/** The SDK with the key that the stand-in's own page uses. */
export function openDashboard({ stripe }: Pick<System, 'stripe'>): Stripe {
  return createStripe({ secretKey: 'sk_test_dashboard', apiUrl: stripe.url });
}

/** Stripe's totals for one order, in minor units. */
export interface AtStripe {
  readonly captured: number;
  readonly refunded: number;
  /** How many PaymentIntents took money. */
  readonly charges: number;
  /** Statuses of its PaymentIntents whose money is authorized or may still be captured. */
  readonly open: string[];
}

const OPEN: readonly string[] = ['requires_capture', 'requires_action', 'processing'];

/** Every order in Stripe, read once. */
export async function readAllAtStripe(dashboard: Stripe): Promise<Map<string, AtStripe>> {
  const all = new Map<string, AtStripe>();
  for await (const intent of dashboard.paymentIntents.list({ limit: 100, expand: ['data.latest_charge'] })) {
    const id = intent.metadata['order_id'] ?? '';
    const before = all.get(id) ?? { captured: 0, refunded: 0, charges: 0, open: [] };
    const charge = typeof intent.latest_charge === 'object' ? intent.latest_charge : null;
    all.set(id, {
      captured: before.captured + (charge?.amount_captured ?? 0),
      refunded: before.refunded + (charge?.amount_refunded ?? 0),
      charges: before.charges + (intent.amount_received > 0 ? 1 : 0),
      open: OPEN.includes(intent.status) ? [...before.open, intent.status] : before.open,
    });
  }
  return all;
}
