/** Voiding a payment, whatever Stripe knows of it. */

import type Stripe from 'stripe';
import type { Database } from '../db/database.ts';
import type { PaymentRow } from '../db/orders/entities/payment.ts';
import { recordVoided } from '../db/orders/payments.ts';
import { findOpenCreate, settleStripeCall, startStripeCall } from '../db/orders/stripe-calls.ts';
import { cardOf } from './card-of.ts';
import { createIntent, readIntent, type IntentDependencies } from './payment-intents.ts';
import { judgeStripeError } from './stripe.ts';

/**
 * Cancels a payment's PaymentIntent and books what it then is: canceled, or captured after all. One that Stripe made
 * but whose answer we never heard is found and canceled too.
 */
export async function voidPayment(
  { databases: { orders }, stripe }: IntentDependencies,
  payment: PaymentRow,
): Promise<void> {
  const intentId = payment.stripePaymentIntentId ?? (await findUnheardIntent(orders, stripe, payment));
  if (!intentId) {
    await recordVoided(orders, payment, { stripePaymentIntentId: null, capturedAmount: 0 });
    return;
  }
  const { key } = await startStripeCall(orders, payment, 'cancel', payment.id);
  let intent: Stripe.PaymentIntent;
  try {
    intent = await stripe.paymentIntents.cancel(intentId, {}, { idempotencyKey: key });
  } catch (error) {
    const verdict = judgeStripeError(error);
    if (verdict.kind === 'failed') await settleStripeCall(orders, key, 'unknown');
    intent = await readIntent(stripe, intentId);
    if (intent.status !== 'canceled' && intent.status !== 'succeeded') throw error;
  }
  await settleStripeCall(orders, key, 'succeeded');
  await recordVoided(orders, payment, {
    stripePaymentIntentId: intent.id,
    capturedAmount: intent.amount_received,
    card: cardOf(intent),
  });
}

/** Repeats a create whose answer never came: its key finds what it made, or makes it now, unconfirmed; so whoever still holds that key finds it canceled. */
async function findUnheardIntent(
  orders: Database,
  stripe: Stripe,
  payment: PaymentRow,
): Promise<string | undefined> {
  const key = await findOpenCreate(orders, payment.id);
  if (key === undefined) return undefined;
  try {
    return (await createIntent(stripe, payment, key)).id;
  } catch (error) {
    const verdict = judgeStripeError(error);
    if (verdict.kind === 'refused') return undefined;
    if (verdict.kind === 'failed') await settleStripeCall(orders, key, 'unknown');
    throw error;
  }
}
