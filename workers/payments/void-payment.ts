/** Voids a payment, in whatever state it is at Stripe. */

import type Stripe from 'stripe';
import type { Database } from '../../db/database.ts';
import type { PaymentRow } from '../../db/orders/entities/payment.ts';
import { recordMismatch } from '../../db/orders/payments/aftercare.ts';
import { recordVoided } from '../../db/orders/payments/payments.ts';
import { findOpenCreate, settleStripeCall, startStripeCall } from '../../db/orders/payments/stripe-calls.ts';
import { cardOf } from './card-of.ts';
import { isPaymentOf } from './payment-outcome.ts';
import { createIntent, readIntent, type IntentDependencies } from './payment-intents.ts';
import { judgeStripeError } from '../operations/stripe.ts';

/** Cancels a payment's PaymentIntent and books the result: canceled, or captured after all. */
export async function voidPayment(dependencies: IntentDependencies, payment: PaymentRow): Promise<void> {
  await bookVoided(dependencies, payment, await cancelIntent(dependencies, payment));
}

/**
 * Voids a payment that another one replaces. One that was captured after all is returned for the caller to book, since
 * it pays its share.
 */
export async function supersedePayment(
  dependencies: IntentDependencies,
  payment: PaymentRow,
): Promise<Stripe.PaymentIntent | undefined> {
  const intent = await cancelIntent(dependencies, payment);
  if (intent?.status === 'succeeded') return intent;
  await bookVoided(dependencies, payment, intent);
  return undefined;
}

/**
 * Cancels a payment's PaymentIntent and returns the result: canceled, or succeeded. One that Stripe made but whose
 * answer was lost is found and canceled too; undefined when Stripe has none.
 */
async function cancelIntent(
  { databases: { orders }, stripe }: IntentDependencies,
  payment: PaymentRow,
): Promise<Stripe.PaymentIntent | undefined> {
  const intentId = payment.stripePaymentIntentId ?? (await findUnheardIntent(orders, stripe, payment));
  if (!intentId) return undefined;
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
  return intent;
}

async function bookVoided(
  { databases: { orders } }: IntentDependencies,
  payment: PaymentRow,
  intent: Stripe.PaymentIntent | undefined,
): Promise<void> {
  // Money of a payment that is not ours is never booked for this order.
  const ours = intent && isPaymentOf(payment, intent) ? intent : undefined;
  if (intent && !ours) await recordMismatch(orders, payment);
  await recordVoided(orders, payment, {
    stripePaymentIntentId: intent?.id ?? null,
    capturedAmount: ours?.amount_received ?? 0,
    ...(ours && { card: cardOf(ours) }),
  });
}

/**
 * Repeats a create whose answer was lost: its key finds what it made, or makes it now, unconfirmed; another run with
 * that key then finds it canceled.
 */
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
