/** Money that came in besides what an order's shares are paid with, and went back as a whole. */

import type { Facts } from './facts.ts';

/**
 * PaymentIntents that took money which no share is paid with: of a payment that was given up and is told of as late, or
 * of none of ours. Only those that gave back all of it, so that nobody is charged twice in the end.
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

/** Payments that are told of as late. */
export function readLatePayments(events: Facts['events']): ReadonlySet<string> {
  return new Set(
    events.flatMap(({ type, data }) =>
      type === 'late_payment' && data.paymentId !== undefined ? [data.paymentId] : [],
    ),
  );
}
