import type { Call } from '../protocol/call.ts';
import { capturesLater, futureUsage } from '../cards/card-options.ts';
import type { Decline } from '../cards/declines.ts';
import { AUTHORIZATION_SECONDS } from '../money/charge-details.ts';
import { completeCharge, createCharge, failCharge } from '../money/charges.ts';
import type { Stored } from '../store/collection.ts';
import { cardError } from '../protocol/errors.ts';
import { emit } from '../webhooks/events.ts';
import type { Values } from '../protocol/reader.ts';
import type { confirmShape } from './payment-intent-parameters.ts';
import { keepForCustomer } from '../cards/payment-method-attachment.ts';
import { keepFor, spend } from '../cards/payment-method-use.ts';
import { resolvePaymentMethod, testCardOf } from '../cards/payment-methods.ts';
import type {
  Charge,
  IntentHidden,
  PaymentIntent,
  PaymentMethod,
  PaymentMethodHidden,
} from '../store/store.ts';

/** What confirm was given. */
export type ConfirmParams = Partial<Values<typeof confirmShape>>;
/** A stored PaymentIntent with what only the stand-in knows. */
export type Intent = Stored<PaymentIntent, IntentHidden>;
/** A stored payment method with what only the stand-in knows. */
export type Method = Stored<PaymentMethod, PaymentMethodHidden>;

/** Asks the bank: authorized, paid or in processing. A decline is written, then thrown. */
export function charge(call: Call, stored: Intent, method: Method, authenticated: boolean): PaymentIntent {
  if (call.processingSeconds !== undefined)
    return beginProcessing(call, stored, method, authenticated, call.processingSeconds);
  const reason = declineOf(method);
  if (reason) return decline(call, stored, method, reason, authenticated);
  const attempt = { intent: stored.object, paymentMethod: method.object, authenticated };
  return succeed(
    call,
    stored,
    method,
    createCharge(call, { ...attempt, testCard: testCardOf(method.hidden) }),
  );
}

function declineOf({ object, hidden }: Method): Decline | undefined {
  const { decline: always, declineOnceAttached, declineAfterAuthentication } = testCardOf(hidden);
  return always ?? (object.customer === null ? undefined : declineOnceAttached) ?? declineAfterAuthentication;
}

function beginProcessing(
  call: Call,
  { object: intent, hidden }: Intent,
  method: Method,
  authenticated: boolean,
  seconds: number,
): PaymentIntent {
  const testCard = testCardOf(method.hidden);
  const attempt = { intent, paymentMethod: method.object, testCard, authenticated, pending: true };
  const made = createCharge(call, attempt);
  keepFor(call, method, intent.id);
  Object.assign(intent, { latest_charge: made.id, last_payment_error: null, next_action: null });
  intent.status = 'processing';
  call.store.paymentIntents.save(intent, hidden);
  call.store.jobs.schedule('processing_ends', intent.id, call.now + seconds);
  emit(call, 'charge.pending', made);
  emit(call, 'payment_intent.processing', intent);
  return intent;
}

/** Ends `processing` with the result that the bank would otherwise have given at once. */
export function endProcessing(call: Call, intentId: string): void {
  const stored = call.store.paymentIntents.find(intentId);
  const made = call.store.charges.find(stored?.object.latest_charge ?? '')?.object;
  if (stored?.object.status !== 'processing' || made?.payment_method == null) return;
  const method = resolvePaymentMethod(call, made.payment_method);
  const reason = declineOf(method);
  if (reason) {
    failCharge(call, made, reason);
    failFor(call, stored, method, reason, made.id);
    return;
  }
  completeCharge(call, made, capturesLater(stored.object));
  succeed(call, stored, method, made);
}

function succeed(
  call: Call,
  { object: intent, hidden }: Intent,
  method: Method,
  made: Charge,
): PaymentIntent {
  const testCard = testCardOf(method.hidden);
  Object.assign(intent, { latest_charge: made.id, last_payment_error: null, next_action: null });
  if (capturesLater(intent)) {
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
  const usage = futureUsage(intent);
  if (usage !== null && intent.customer !== null)
    keepForCustomer(call, method.object.id, intent.customer, usage === 'off_session');
  else spend(call, method);
  return intent;
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
  const attempt = { intent, paymentMethod: method.object, testCard, authenticated, decline: reason };
  const made = createCharge(call, attempt);
  intent.latest_charge = made.id;
  emit(call, 'charge.failed', made);
  const told = failFor(call, stored, method, reason, made.id);
  throw cardError({ ...told, payment_intent: intent, payment_method: method.object });
}

function failFor(
  call: Call,
  stored: Intent,
  method: Method,
  { blocked: _, ...reason }: Decline,
  charge: string,
): Omit<Decline, 'blocked'> & { charge: string } {
  const told = { ...reason, charge };
  fail(call, stored, method, { ...told, type: 'card_error' });
  return told;
}

/** Has the intent wait for another payment method; `error` says why. */
export function fail(
  call: Call,
  { object: intent, hidden }: Intent,
  method: Method,
  error: { code: string; message: string; type: string; charge?: string },
): void {
  spend(call, method);
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
