/** A payment's PaymentIntent: made once, confirmed once, and read back if an answer was lost. */

import type Stripe from 'stripe';
import type { Databases } from '../../db/databases.ts';
import { setPaymentCustomer } from '../../db/orders/payments/begin-payment.ts';
import type { PaymentRow, PaymentAttemptRow } from '../../db/orders/entities/payment.ts';
import { settleStripeCall, startStripeCall, type OpenKeys } from '../../db/orders/payments/stripe-calls.ts';
import { forgetCustomer } from '../../db/users/payments/stripe-customers.ts';
import { declined, isAnswerTo, isDecided, outcomeOf, type AttemptOutcome } from './payment-outcome.ts';
import { judgeStripeError } from '../operations/stripe.ts';

/** The dependencies of calls about PaymentIntents. */
export interface IntentDependencies {
  readonly databases: Pick<Databases, 'orders' | 'users'>;
  readonly stripe: Stripe;
}

/** Expands the charge, which has the card. */
export function readIntent(stripe: Stripe, id: string): Promise<Stripe.PaymentIntent> {
  return stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] });
}

/** Makes it, unconfirmed. The same key returns the same PaymentIntent. */
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
 * Returns the payment's PaymentIntent, made if there is none, or why Stripe refuses to make it. A lost answer leaves an
 * unconfirmed orphan, which moves no money.
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
    // A create with unknown outcome is repeated with a new key: the orphan is unconfirmed, so it moves no money.
    if (verdict.kind === 'failed') await settleStripeCall(orders, key, 'unknown');
    if (verdict.kind !== 'refused') throw error;
    if (verdict.param === 'customer' && payment.stripeCustomerId != null) {
      // Deleted in Stripe's dashboard: the next run continues without one, or with another.
      await settleStripeCall(orders, key, 'unknown');
      await forgetCustomer(users, payment.stripeCustomerId);
      await setPaymentCustomer(orders, payment.id, null);
      throw error;
    }
    await settleStripeCall(orders, key, 'failed');
    return declined(verdict.code, null);
  }
}

/** Confirms it with the attempt's card. One that was confirmed before, with whatever result, is not confirmed again. */
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
        expand: ['latest_charge'],
        ...(attempt.offSession
          ? // Her bank cannot ask her to confirm: it refuses, with authentication_required.
            { off_session: true }
          : {
              use_stripe_sdk: true,
              // Clears the request to save an earlier card. The payer is present whenever she pays with it.
              ...(intent.customer !== null && { setup_future_usage: attempt.saveCard ? 'on_session' : '' }),
            }),
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
