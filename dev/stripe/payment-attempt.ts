import type { Call } from './call.ts';
import type { Decline } from './cards.ts';
import { AUTHORIZATION_SECONDS } from './charge-details.ts';
import { completeCharge, createCharge } from './charges.ts';
import type { Stored } from './collection.ts';
import { cardError } from './errors.ts';
import { emit } from './events.ts';
import type { Values } from './reader.ts';
import type { confirmShape } from './payment-intent-parameters.ts';
import { attachPaymentMethod } from './payment-method-attachment.ts';
import { resolvePaymentMethod, testCardOf } from './payment-methods.ts';
import type { Charge, IntentHidden, PaymentIntent, PaymentMethod, PaymentMethodHidden } from './store.ts';

/** What confirm was given. */
export type ConfirmParams = Partial<Values<typeof confirmShape>>;
/** A stored PaymentIntent with what only the stand-in knows. */
export type Intent = Stored<PaymentIntent, IntentHidden>;
/** A stored payment method with what only the stand-in knows. */
export type Method = Stored<PaymentMethod, PaymentMethodHidden>;

/** Asks the bank: authorized, paid or in processing. A decline is written, then thrown. */
export function charge(call: Call, stored: Intent, method: Method, authenticated: boolean): PaymentIntent {
  const { object: intent, hidden } = stored;
  const testCard = testCardOf(method.hidden);
  const attached = method.object.customer !== null;
  const reason =
    testCard.decline ??
    (attached ? testCard.declineOnceAttached : undefined) ??
    testCard.declineAfterAuthentication;
  if (reason) return decline(call, stored, method, reason, authenticated);

  const pending = call.processingSeconds !== undefined;
  const made = createCharge(call, { intent, paymentMethod: method.object, testCard, authenticated, pending });
  if (!isToBeSaved(intent)) useUp(call, method);
  intent.latest_charge = made.id;
  intent.last_payment_error = null;
  intent.next_action = null;
  if (call.processingSeconds !== undefined) {
    intent.status = 'processing';
    call.store.paymentIntents.save(intent, hidden);
    call.store.jobs.schedule('processing_ends', intent.id, call.now + call.processingSeconds);
    emit(call, 'charge.pending', made);
    emit(call, 'payment_intent.processing', intent);
    return intent;
  }
  return succeed(call, stored, method, made);
}

/** The bank's answer to a payment in `processing` came: yes. */
export function endProcessing(call: Call, intentId: string): void {
  const stored = call.store.paymentIntents.find(intentId);
  const charge = call.store.charges.find(stored?.object.latest_charge ?? '')?.object;
  if (stored?.object.status !== 'processing' || charge?.payment_method == null) return;
  completeCharge(call, charge, stored.object.capture_method === 'manual');
  succeed(call, stored, resolvePaymentMethod(call, charge.payment_method), charge);
}

function succeed(
  call: Call,
  { object: intent, hidden }: Intent,
  method: Method,
  made: Charge,
): PaymentIntent {
  const testCard = testCardOf(method.hidden);
  if (intent.capture_method === 'manual') {
    intent.status = 'requires_capture';
    intent.amount_capturable = intent.amount;
    call.store.jobs.schedule('authorization_expiry', intent.id, call.now + AUTHORIZATION_SECONDS);
  } else {
    intent.status = 'succeeded';
    intent.amount_received = intent.amount;
    if (made.balance_transaction === null) call.store.jobs.schedule('balance_transaction', made.id, call.now);
    if (testCard.aftermath) call.store.jobs.schedule('dispute', made.id, call.now + call.laterSeconds);
  }
  call.store.paymentIntents.save(intent, hidden);
  emit(call, 'charge.succeeded', made);
  emit(
    call,
    intent.status === 'succeeded' ? 'payment_intent.succeeded' : 'payment_intent.amount_capturable_updated',
    intent,
  );
  if (isToBeSaved(intent)) {
    const setUp = intent.setup_future_usage === 'off_session';
    attachPaymentMethod(call, method.object.id, intent.customer, setUp);
  }
  return intent;
}

function isToBeSaved(intent: PaymentIntent): intent is PaymentIntent & { customer: string } {
  return intent.setup_future_usage !== null && intent.customer !== null;
}

/** What belongs to no customer can be charged once, whatever comes of it. */
function useUp(call: Call, { object, hidden }: Method): void {
  if (object.customer !== null) return;
  hidden.usedUp = true;
  call.store.paymentMethods.save(object, hidden);
}

/** Writes the failed charge and the error on the intent, then throws the 402. */
export function decline(
  call: Call,
  stored: Intent,
  method: Method,
  reason: Decline,
  authenticated: boolean,
): never {
  const { object: intent } = stored;
  const testCard = testCardOf(method.hidden);
  const made = createCharge(call, {
    intent,
    paymentMethod: method.object,
    testCard,
    authenticated,
    decline: reason,
  });
  useUp(call, method);
  intent.latest_charge = made.id;
  const { blocked: _, ...told } = reason;
  emit(call, 'charge.failed', made);
  fail(call, stored, method, { ...told, charge: made.id, type: 'card_error' });
  throw cardError({ ...told, charge: made.id, payment_intent: intent, payment_method: method.object });
}

/** The intent waits for another payment method; `error` tells why. */
export function fail(
  call: Call,
  { object: intent, hidden }: Intent,
  method: Method,
  error: { code: string; message: string; type: string; charge?: string },
): void {
  intent.status = 'requires_payment_method';
  intent.next_action = null;
  intent.payment_method = null;
  intent.last_payment_error = {
    ...error,
    doc_url: `https://stripe.com/docs/error-codes/${error.code.replaceAll('_', '-')}`,
    payment_method: method.object,
  };
  call.store.paymentIntents.save(intent, hidden);
  emit(call, 'payment_intent.payment_failed', intent);
}
