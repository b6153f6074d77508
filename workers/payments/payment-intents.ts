/** The PaymentIntent of a payment at Stripe: made once, confirmed once, and read back where an answer was not heard. */

import type Stripe from 'stripe';
import type { Databases } from '../../db/databases.ts';
import { setPaymentCustomer } from '../../db/orders/payments/begin-payment.ts';
import type { PaymentRow, PaymentAttemptRow } from '../../db/orders/entities/payment.ts';
import { settleStripeCall, startStripeCall, type OpenKeys } from '../../db/orders/payments/stripe-calls.ts';
import { forgetCustomer } from '../../db/users/payments/stripe-customers.ts';
import { declined, isAnswerTo, isDecided, outcomeOf, type AttemptOutcome } from './payment-outcome.ts';
import { judgeStripeError } from '../operations/stripe.ts';

/** What is needed to act on PaymentIntents. */
export interface IntentDependencies {
  readonly databases: Pick<Databases, 'orders' | 'users'>;
  readonly stripe: Stripe;
}

/** With its charge, which knows the card that paid. */
export function readIntent(stripe: Stripe, id: string): Promise<Stripe.PaymentIntent> {
  return stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] });
}

/** Makes it, unconfirmed. The same key answers the same PaymentIntent. */
export function createIntent(
  stripe: Stripe,
  payment: PaymentRow,
  idempotencyKey: string,
): Promise<Stripe.PaymentIntent> {
  return stripe.paymentIntents.create(
    {
      amount: payment.amount,
      currency: payment.currency,
      capture_method: 'manual',
      allowed_payment_method_types: ['card'],
      ...(payment.stripeCustomerId != null && { customer: payment.stripeCustomerId }),
      metadata: {
        order_id: payment.orderId,
        share_id: payment.shareId,
        payment_id: payment.id,
        bill_version: String(payment.billVersion),
      },
    },
    { idempotencyKey },
  );
}

/**
 * The payment's PaymentIntent, made when there is none yet, or why Stripe refuses to make it. An answer that was lost
 * leaves an unconfirmed orphan behind, which moves no money.
 */
export async function ensureIntent(
  { databases: { orders, users }, stripe }: IntentDependencies,
  payment: PaymentRow,
  attempt: PaymentAttemptRow,
  openKeys: OpenKeys,
): Promise<Stripe.PaymentIntent | AttemptOutcome> {
  if (payment.stripePaymentIntentId) return readIntent(stripe, payment.stripePaymentIntentId);
  const { key } = await startStripeCall(orders, payment, 'create', attempt.id, openKeys);
  try {
    return await createIntent(stripe, payment, key);
  } catch (error) {
    const verdict = judgeStripeError(error);
    // An unknown create goes on with a new key: the orphan is unconfirmed, so it moves no money.
    if (verdict.kind === 'failed') await settleStripeCall(orders, key, 'unknown');
    if (verdict.kind !== 'refused') throw error;
    if (verdict.param === 'customer' && payment.stripeCustomerId != null) {
      // Deleted in Stripe's dashboard: the next run goes on without, or with another.
      await settleStripeCall(orders, key, 'unknown');
      await forgetCustomer(users, payment.stripeCustomerId);
      await setPaymentCustomer(orders, payment.id, null);
      throw error;
    }
    await settleStripeCall(orders, key, 'failed');
    return declined(verdict.code, null);
  }
}

/** Confirms it with the card of the attempt. One that was confirmed before, whatever came of it, is not confirmed again. */
export async function confirmIntent(
  { databases: { orders }, stripe }: IntentDependencies,
  payment: PaymentRow,
  intent: Stripe.PaymentIntent,
  attempt: PaymentAttemptRow,
  openKeys: OpenKeys,
): Promise<AttemptOutcome> {
  const { key, failedBefore } = await startStripeCall(orders, payment, 'confirm', attempt.id, openKeys);
  if (failedBefore) {
    const known = await readIntent(stripe, intent.id);
    if (isDecided(known) || isAnswerTo(known, attempt)) return outcomeOf(known);
  }
  try {
    const confirmed = await stripe.paymentIntents.confirm(
      intent.id,
      {
        payment_method: attempt.paymentMethodId!,
        use_stripe_sdk: true,
        expand: ['latest_charge'],
        // A wish to save that came with an earlier card is taken back. She is there whenever she pays with it.
        ...(intent.customer !== null && { setup_future_usage: attempt.saveCard ? 'on_session' : '' }),
      },
      { idempotencyKey: key },
    );
    return outcomeOf(confirmed);
  } catch (error) {
    const verdict = judgeStripeError(error);
    if (verdict.kind === 'failed') await settleStripeCall(orders, key, 'unknown');
    if (verdict.kind === 'failed' || verdict.kind === 'unknown') throw error;
    if (verdict.kind === 'refused') {
      const known = await readIntent(stripe, intent.id);
      if (isDecided(known) || isAnswerTo(known, attempt)) return outcomeOf(known);
    }
    return declined(verdict.code, intent);
  }
}
