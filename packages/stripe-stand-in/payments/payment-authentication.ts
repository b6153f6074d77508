import type { Call } from '../protocol/call.ts';
import type { TestCard } from '../cards/cards.ts';
import {
  AUTHENTICATION_FAILURE,
  AUTHENTICATION_NOT_HANDLED,
  AUTHENTICATION_REQUIRED,
  GENERIC_DECLINE,
} from '../cards/declines.ts';
import { cardError } from '../protocol/errors.ts';
import { emit } from '../webhooks/events.ts';
import { newId } from '../protocol/ids.ts';
import { charge, type ConfirmParams, decline, fail, type Intent, type Method } from './payment-attempt.ts';
import { keepFor } from '../cards/payment-method-use.ts';
import { resolvePaymentMethod, testCardOf } from '../cards/payment-methods.ts';
import type { PaymentIntent } from '../store/store.ts';

/** Asks for 3-D Secure when the card requires it, else charges at once. */
export function attempt(call: Call, stored: Intent, method: Method, params: ConfirmParams): PaymentIntent {
  const { object: intent, hidden } = stored;
  const testCard = testCardOf(method.hidden);
  const authenticated = hidden.authenticated === method.object.id;
  delete hidden.authenticated;
  if (authenticated || !needsAuthentication(testCard, intent, method, hidden.offSession === true))
    return charge(call, stored, method, authenticated);
  if (testCard.lookupFails) return decline(call, stored, method, GENERIC_DECLINE, false);
  if (hidden.offSession === true) return decline(call, stored, method, AUTHENTICATION_REQUIRED, false);
  if (params.error_on_requires_action === true) {
    fail(call, stored, method, { ...AUTHENTICATION_NOT_HANDLED, type: 'card_error' });
    throw cardError({
      ...AUTHENTICATION_NOT_HANDLED,
      payment_intent: intent,
      payment_method: method.object,
    });
  }
  keepFor(call, method, intent.id);
  return requireAction(call, stored, params.use_stripe_sdk === true || call.publishable);
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

/** Records that the customer passed or failed 3-D Secure. Does nothing unless the intent waits for it. */
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
