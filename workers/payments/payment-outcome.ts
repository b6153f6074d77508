/** Derives an attempt's outcome from a PaymentIntent. */

import type Stripe from 'stripe';
import type { PaymentRow, PaymentAttemptRow } from '../../db/orders/entities/payment.ts';
import type { PaymentOutcome } from '../../db/orders/payments/payments.ts';
import { cardOf, savedCardOf, type SavedCard } from './card-of.ts';

/** The outcome of an attempt, and the card that Stripe saved. */
export interface AttemptOutcome extends PaymentOutcome {
  readonly savedCard: SavedCard | null;
}

/** Returns the outcome of a refusal by the bank or Stripe, when the PaymentIntent was made or confirmed. */
export function declined(declineCode: string, intent: Stripe.PaymentIntent | null): AttemptOutcome {
  return {
    status: 'declined',
    stripePaymentIntentId: intent?.id ?? null,
    clientSecret: intent?.client_secret ?? null,
    declineCode,
    card: null,
    savedCard: null,
  };
}

/** Derives the outcome for the payer from a PaymentIntent's status. */
export function outcomeOf(intent: Stripe.PaymentIntent): AttemptOutcome {
  const common = {
    stripePaymentIntentId: intent.id,
    clientSecret: intent.client_secret,
    card: null,
    savedCard: null,
  };
  switch (intent.status) {
    case 'requires_capture':
    case 'succeeded':
      return {
        ...common,
        status: 'authorized',
        declineCode: null,
        card: cardOf(intent),
        savedCard: savedCardOf(intent),
      };
    case 'requires_payment_method':
      if (!intent.last_payment_error) return { ...common, status: 'requires_action', declineCode: null };
      return {
        ...common,
        status: 'declined',
        declineCode:
          intent.last_payment_error.decline_code ?? intent.last_payment_error.code ?? 'generic_decline',
      };
    case 'canceled':
      return { ...common, status: 'declined', declineCode: 'payment_intent_canceled' };
    default:
      return { ...common, status: 'requires_action', declineCode: null };
  }
}

/** Identifies a refusal of a PaymentIntent; undefined if there was none. */
export function lastRefusalOf({ last_payment_error: error }: Stripe.PaymentIntent): string | undefined {
  return error ? (error.charge ?? error.code ?? 'refused') : undefined;
}

/**
 * Derives the outcome of an attempt that began when `knownRefusal` was the last refusal: that one is not this attempt's,
 * whose payer may still act.
 */
export function outcomeSince(intent: Stripe.PaymentIntent, knownRefusal: string | undefined): AttemptOutcome {
  return lastRefusalOf(intent) === knownRefusal
    ? outcomeOf({ ...intent, last_payment_error: null })
    : outcomeOf(intent);
}

/** Returns whether no action of the payer can change the payment any more: it is authorized, captured or canceled. */
export function isDecided(intent: Stripe.PaymentIntent): boolean {
  return ['requires_capture', 'succeeded', 'canceled'].includes(intent.status);
}

/**
 * Returns whether it has the result of this very card: declined, or waiting for its holder. Stripe accepts no card
 * twice.
 */
export function isAnswerTo(intent: Stripe.PaymentIntent, { paymentMethodId }: PaymentAttemptRow): boolean {
  return intent.payment_method === paymentMethodId
    ? ['requires_action', 'processing'].includes(intent.status)
    : intent.last_payment_error?.payment_method?.id === paymentMethodId;
}

/** Returns whether a PaymentIntent matches the payment: amount, currency, order and bill version. */
export function isPaymentOf(payment: PaymentRow, intent: Stripe.PaymentIntent): boolean {
  return (
    intent.amount === payment.amount &&
    intent.currency === payment.currency &&
    intent.metadata['order_id'] === payment.orderId &&
    intent.metadata['bill_version'] === String(payment.billVersion)
  );
}
