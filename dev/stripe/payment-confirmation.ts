import type { Call } from './call.ts';
import { AUTHENTICATION_FAILURE, AUTHENTICATION_REQUIRED, type Decline, type TestCard } from './cards.ts';
import { AUTHORIZATION_SECONDS, completeCharge, createCharge } from './charges.ts';
import type { Stored } from './collection.ts';
import { cardError, invalidRequest, unexpectedState } from './errors.ts';
import { emit } from './events.ts';
import { newId } from './ids.ts';
import type { Values } from './parameters.ts';
import type { confirmShape } from './payment-intent-parameters.ts';
import {
  attachPaymentMethod,
  createPaymentMethod,
  resolvePaymentMethod,
  testCardOf,
} from './payment-methods.ts';
import type { Charge, IntentHidden, PaymentIntent, PaymentMethod, PaymentMethodHidden } from './store.ts';

type ConfirmParams = Partial<Values<typeof confirmShape>>;
type Intent = Stored<PaymentIntent, IntentHidden>;
type Method = Stored<PaymentMethod, PaymentMethodHidden>;

const CONFIRMABLE = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

/** Tries to pay: ends authorized, paid or waiting for 3-D Secure; a decline is written, then thrown. */
export function confirmIntent(call: Call, stored: Intent, params: ConfirmParams): PaymentIntent {
  const { object: intent, hidden } = stored;
  assertConfirmable(call, intent);
  if (params.payment_method_data)
    intent.payment_method = createPaymentMethod(call, params.payment_method_data).id;
  else if (params.payment_method !== undefined)
    intent.payment_method = resolvePaymentMethod(call, params.payment_method).object.id;
  if (intent.payment_method === null) {
    throw unexpectedState(
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.",
      intent,
    );
  }
  if (params.capture_method) intent.capture_method = params.capture_method;
  if (params.receipt_email !== undefined) intent.receipt_email = params.receipt_email;
  if (params.setup_future_usage !== undefined) intent.setup_future_usage = params.setup_future_usage;
  if (params.shipping !== undefined) intent.shipping = params.shipping as PaymentIntent['shipping'];
  if (params.payment_method_options?.card) {
    intent.payment_method_options = {
      ...intent.payment_method_options,
      card: { ...intent.payment_method_options?.card, ...params.payment_method_options.card },
    } as PaymentIntent['payment_method_options'];
  }
  assertReturnUrl(call, intent, params);
  if (params.return_url !== undefined) hidden.returnUrl = params.return_url;
  hidden.offSession = params.off_session !== undefined && params.off_session !== false;
  const method = resolvePaymentMethod(call, intent.payment_method);
  assertOwner(intent, method.object);
  return attempt(call, stored, method, params);
}

function assertConfirmable(call: Call, intent: PaymentIntent): void {
  if (
    call.publishable &&
    intent.confirmation_method === 'manual' &&
    intent.status === 'requires_confirmation'
  ) {
    throw unexpectedState(
      'This PaymentIntent cannot be confirmed using a publishable key because its `confirmation_method` is `manual`. Please use your secret key instead.',
      intent,
    );
  }
  if (CONFIRMABLE.includes(intent.status)) return;
  throw unexpectedState(
    intent.status === 'succeeded'
      ? 'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.'
      : `You cannot confirm this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, requires_action.`,
    intent,
  );
}

function assertReturnUrl(call: Call, intent: PaymentIntent, params: ConfirmParams): void {
  if (call.publishable || intent.automatic_payment_methods?.allow_redirects !== 'always') return;
  if (
    params.return_url !== undefined ||
    params.use_stripe_sdk === true ||
    params.error_on_requires_action === true
  )
    return;
  throw invalidRequest(
    "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.",
    { param: 'return_url' },
  );
}

function assertOwner(intent: PaymentIntent, method: PaymentMethod): void {
  if (method.customer === null || method.customer === intent.customer) return;
  throw invalidRequest(
    `The PaymentMethod you provided belongs to the Customer ${method.customer}. Please include the Customer in the \`customer\` parameter on the PaymentIntent.`,
    { code: 'payment_intent_invalid_parameter', param: 'payment_method' },
  );
}

function attempt(call: Call, stored: Intent, method: Method, params: ConfirmParams): PaymentIntent {
  const { object: intent, hidden } = stored;
  const testCard = testCardOf(method.hidden);
  const authenticated = hidden.authenticated === method.object.id;
  delete hidden.authenticated;
  if (!authenticated && needsAuthentication(testCard, intent, method, hidden.offSession === true)) {
    if (hidden.offSession === true || params.error_on_requires_action === true) {
      return decline(call, stored, method, AUTHENTICATION_REQUIRED, false);
    }
    return requireAction(call, stored, params.use_stripe_sdk === true || call.publishable);
  }
  return charge(call, stored, method, authenticated);
}

function needsAuthentication(
  testCard: TestCard,
  intent: PaymentIntent,
  method: Method,
  offSession: boolean,
): boolean {
  const asked = intent.payment_method_options?.card?.request_three_d_secure;
  if (testCard.decline) return false;
  switch (testCard.authentication) {
    case 'always':
    case 'required':
      return true;
    case 'unless_set_up':
      return !(offSession && method.hidden.setUp === true);
    case 'on_session':
      return !offSession;
    case 'supported':
      return !offSession && (asked === 'any' || asked === 'challenge');
    default:
      return false;
  }
}

function requireAction(call: Call, { object: intent, hidden }: Intent, withSdk: boolean): PaymentIntent {
  const page = `${call.baseUrl}/_/3ds/${intent.id}?client_secret=${intent.client_secret ?? ''}`;
  intent.status = 'requires_action';
  intent.last_payment_error = null;
  intent.next_action =
    !withSdk && hidden.returnUrl !== undefined
      ? { type: 'redirect_to_url', redirect_to_url: { return_url: hidden.returnUrl, url: page } }
      : {
          type: 'use_stripe_sdk',
          use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: page, source: newId('src') },
        };
  call.store.paymentIntents.save(intent, hidden);
  emit(call, 'payment_intent.requires_action', intent);
  return intent;
}

/** The customer passed or failed 3-D Secure. Does nothing unless the intent waits for it. */
export function authenticate(call: Call, stored: Intent, passed: boolean): PaymentIntent {
  const { object: intent, hidden } = stored;
  if (intent.status !== 'requires_action' || intent.payment_method === null) return intent;
  const method = resolvePaymentMethod(call, intent.payment_method);
  if (!passed) {
    fail(call, stored, method, { ...AUTHENTICATION_FAILURE, type: 'invalid_request_error' });
    return intent;
  }
  intent.next_action = null;
  if (intent.confirmation_method === 'manual') {
    intent.status = 'requires_confirmation';
    hidden.authenticated = method.object.id;
    call.store.paymentIntents.save(intent, hidden);
    return intent;
  }
  return charge(call, stored, method, true);
}

function charge(call: Call, stored: Intent, method: Method, authenticated: boolean): PaymentIntent {
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
  if (intent.setup_future_usage !== null && intent.customer !== null) {
    const setUp = intent.setup_future_usage === 'off_session';
    attachPaymentMethod(call, method.object.id, intent.customer, setUp);
  }
  return intent;
}

function decline(call: Call, stored: Intent, method: Method, reason: Decline, authenticated: boolean): never {
  const { object: intent } = stored;
  const testCard = testCardOf(method.hidden);
  const made = createCharge(call, {
    intent,
    paymentMethod: method.object,
    testCard,
    authenticated,
    decline: reason,
  });
  intent.latest_charge = made.id;
  const { blocked: _, ...told } = reason;
  emit(call, 'charge.failed', made);
  fail(call, stored, method, { ...told, charge: made.id, type: 'card_error' });
  throw cardError({ ...told, charge: made.id, payment_intent: intent, payment_method: method.object });
}

function fail(
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
