/** Extra money received for an order, beyond its shares, and refunded in full. */

import type { Facts } from './facts.ts';

/**
 * PaymentIntents that captured money which pays no share: of an abandoned payment that was reported as late, or
 * of no payment of ours. Includes only fully refunded ones, so that nobody is charged twice in the end.
 */
export function readReturned({ payments, charges, events }: Facts): ReadonlySet<string> {
  const paymentOf = new Map(payments.map((payment) => [payment.stripePaymentIntentId, payment]));
  const late = readLatePayments(events);
  return new Set(
    charges.flatMap(({ payment_intent, captured, amount_captured, amount_refunded }) => {
      const payment = paymentOf.get(String(payment_intent));
      const isNeeded = payment && !(payment.status === 'canceled' && late.has(payment.id));
      return captured && amount_refunded === amount_captured && !isNeeded ? [String(payment_intent)] : [];
    }),
  );
}

/** Payments reported as late. */
export function readLatePayments(events: Facts['events']): ReadonlySet<string> {
  return new Set(
    events.flatMap(({ type, data }) =>
      type === 'late_payment' && data.paymentId !== undefined ? [data.paymentId] : [],
    ),
  );
}
