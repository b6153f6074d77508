import type Stripe from 'stripe';
import type { Call } from '../protocol/call.ts';
import { findCharge, settle } from '../money/charges.ts';
import type { Stored } from '../store/collection.ts';
import { invalidRequest, unexpectedState } from '../protocol/errors.ts';
import { emit } from '../webhooks/events.ts';
import type { FormParams } from '../protocol/form-encoding.ts';
import { applyMetadata, metadata } from '../protocol/metadata.ts';
import { boolean, integer, notHere, oneOf, text } from '../protocol/parameter-kinds.ts';
import { readParams } from '../protocol/parameters.ts';
import { assertWholeAmount } from './payment-intent-parameters.ts';
import type { ShapeOf } from '../protocol/reader.ts';
import { testCardOf } from '../cards/payment-methods.ts';
import type { IntentHidden, PaymentIntent } from '../store/store.ts';

type Intent = Stored<PaymentIntent, IntentHidden>;

const captureShape = {
  amount_details: notHere(),
  amount_to_capture: integer(1),
  application_fee_amount: notHere(),
  final_capture: boolean(),
  hooks: notHere(),
  metadata: metadata(),
  payment_details: notHere(),
  statement_descriptor: text(22),
  statement_descriptor_suffix: text(22),
  transfer_data: notHere(),
} satisfies ShapeOf<Stripe.PaymentIntentCaptureParams>;

/** POST /v1/payment_intents/:id/capture. Less than the authorized amount gives the rest back to the card. */
export function captureIntent(
  call: Call,
  { object: intent, hidden }: Intent,
  params: FormParams,
): PaymentIntent {
  const read = readParams(captureShape, params);
  if (intent.status !== 'requires_capture' || intent.latest_charge === null) {
    throw unexpectedState(
      intent.status === 'succeeded'
        ? 'This PaymentIntent could not be captured because it has already been captured.'
        : `This PaymentIntent could not be captured because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be captured: requires_capture.`,
      intent,
    );
  }
  const amount = read.amount_to_capture ?? intent.amount_capturable;
  if (amount > intent.amount_capturable) {
    throw invalidRequest('The requested capture amount is greater than the authorized amount.', {
      code: 'amount_too_large',
      param: 'amount_to_capture',
    });
  }
  assertWholeAmount(amount, intent.currency, 'amount_to_capture');
  if (read.final_capture === false) {
    throw invalidRequest(
      'This PaymentIntent is not eligible for multicapture, so `final_capture` cannot be false.',
      { param: 'final_capture' },
    );
  }
  const { object: charge, hidden: chargeHidden } = findCharge(call, intent.latest_charge);
  const method =
    charge.payment_method === null ? undefined : call.store.paymentMethods.find(charge.payment_method);
  if (!method) throw new Error(`the payment method of ${charge.id} is gone`);
  const testCard = testCardOf(method.hidden);
  charge.captured = true;
  charge.amount_captured = amount;
  settle(call, charge, testCard);
  call.store.charges.save(charge, chargeHidden);

  intent.status = 'succeeded';
  intent.amount_received = amount;
  intent.amount_capturable = 0;
  intent.metadata = applyMetadata(intent.metadata, read.metadata);
  if (read.statement_descriptor !== undefined) intent.statement_descriptor = read.statement_descriptor;
  if (read.statement_descriptor_suffix !== undefined)
    intent.statement_descriptor_suffix = read.statement_descriptor_suffix;
  call.store.paymentIntents.save(intent, hidden);
  emit(call, 'charge.captured', charge);
  emit(call, 'payment_intent.succeeded', intent);
  if (testCard.aftermath) call.store.jobs.schedule('dispute', charge.id, call.now + call.laterSeconds);
  return intent;
}

const CANCELABLE = [
  'requires_payment_method',
  'requires_capture',
  'requires_confirmation',
  'requires_action',
  'processing',
];

/** POST /v1/payment_intents/:id/cancel. An authorization is released; no refund comes of it (since 2025-03-31.basil). */
export function cancelIntent(call: Call, stored: Intent, params: FormParams): PaymentIntent {
  const read = readParams(
    { cancellation_reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer', 'abandoned') },
    params,
  );
  const { object: intent } = stored;
  if (!CANCELABLE.includes(intent.status)) {
    throw unexpectedState(
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: ${CANCELABLE.join(', ')}.`,
      intent,
    );
  }
  return release(call, stored, read.cancellation_reason ?? null);
}

function release(
  call: Call,
  { object: intent, hidden }: Intent,
  reason: PaymentIntent['cancellation_reason'],
): PaymentIntent {
  intent.status = 'canceled';
  intent.canceled_at = call.now;
  intent.cancellation_reason = reason;
  intent.amount_capturable = 0;
  intent.next_action = null;
  call.store.paymentIntents.save(intent, hidden);
  emit(call, 'payment_intent.canceled', intent);
  return intent;
}

/** The bank's hold ended before it was captured: the intent is canceled as `expired`. */
export function expireAuthorization(call: Call, intentId: string): void {
  const stored = call.store.paymentIntents.find(intentId);
  if (stored?.object.status !== 'requires_capture' || stored.object.latest_charge === null) return;
  const { object: charge } = findCharge(call, stored.object.latest_charge);
  emit(call, 'charge.expired', charge);
  release(call, stored, 'expired');
}
