import type { Call } from '../protocol/call.ts';
import type { TestCard } from '../cards/cards.ts';
import type { Stored } from '../store/collection.ts';
import { AUTHENTICATION_FAILURE, type Decline, GENERIC_DECLINE } from '../cards/declines.ts';
import { cardError, invalidRequest, missing, StripeError, unexpectedState } from '../protocol/errors.ts';
import { emit } from '../webhooks/events.ts';
import { assertClientSecret } from './payment-intent-access.ts';
import { keepForCustomer } from '../cards/payment-method-attachment.ts';
import { applyKinds } from '../cards/payment-method-kinds.ts';
import type { Description } from '../cards/payment-method-parameters.ts';
import { assertUsable, spend } from '../cards/payment-method-use.ts';
import { createPaymentMethod, resolvePaymentMethod, testCardOf } from '../cards/payment-methods.ts';
import type { ConfirmParams } from './setup-intent-parameters.ts';
import type { IntentHidden, PaymentMethod, SetupIntent } from '../store/store.ts';

type Setup = Stored<SetupIntent, IntentHidden>;

/** The id of the payment method that was named or described, if any. */
export function methodOf(
  call: Call,
  read: {
    payment_method?: string | undefined;
    payment_method_data?: Description | undefined;
  },
): string | null {
  if (read.payment_method_data) return createPaymentMethod(call, read.payment_method_data).id;
  if (read.payment_method === undefined) return null;
  const method = resolvePaymentMethod(call, read.payment_method);
  assertUsable(method);
  return method.object.id;
}

/** Takes the options of cards over. */
export function applySetupOptions(
  setup: SetupIntent,
  { payment_method_options: given }: ConfirmParams,
): void {
  if (given?.card) Object.assign(setup.payment_method_options?.card ?? {}, given.card);
}

/** Returns the stored intent. Throws when there is none, or when the client secret is not its own. */
export function findSetupIntent(call: Call, id: string, clientSecret?: string): Setup {
  const found = call.store.setupIntents.find(id);
  if (!found) throw missing('setupintent', id, 'intent');
  if (call.publishable || clientSecret !== undefined)
    assertClientSecret(found.object.client_secret, clientSecret);
  return found;
}

/** POST /v1/setup_intents/:id/confirm */
export function confirmSetupIntent(
  call: Call,
  id: string,
  read: ConfirmParams & { client_secret?: string | undefined },
): SetupIntent {
  return confirm(call, findSetupIntent(call, id, read.client_secret), read);
}

/** Sets the card up: succeeded, waiting for 3-D Secure, or the decline is written, then thrown. */
export function confirm(call: Call, stored: Setup, read: ConfirmParams): SetupIntent {
  const { object: setup, hidden } = stored;
  if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(setup.status)) {
    throw unexpectedState(
      `You cannot confirm this SetupIntent because it has a status of ${setup.status}.`,
      setup,
    );
  }
  setup.payment_method = methodOf(call, read) ?? setup.payment_method;
  if (read.allowed_payment_method_types) applyKinds(setup, read);
  applySetupOptions(setup, read);
  if (setup.payment_method === null) {
    throw unexpectedState(
      "You cannot confirm this SetupIntent because it's missing a payment method.",
      setup,
    );
  }
  if (read.return_url !== undefined) hidden.returnUrl = read.return_url;
  else if (
    !call.publishable &&
    read.use_stripe_sdk !== true &&
    setup.automatic_payment_methods?.allow_redirects === 'always'
  ) {
    throw invalidRequest(
      'This SetupIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`.',
      { param: 'return_url' },
    );
  }
  const method = resolvePaymentMethod(call, setup.payment_method);
  const testCard = testCardOf(method.hidden);
  if (testCard.decline) return fail(call, stored, testCard.decline);
  assertSetupOwner(setup, method.object);
  if (needsAuthentication(setup, testCard)) {
    if (testCard.lookupFails) return fail(call, stored, GENERIC_DECLINE);
    const page = `${call.baseUrl}/_/3ds/${setup.id}?client_secret=${setup.client_secret ?? ''}`;
    setup.status = 'requires_action';
    setup.next_action =
      hidden.returnUrl !== undefined && read.use_stripe_sdk !== true && !call.publishable
        ? { type: 'redirect_to_url', redirect_to_url: { return_url: hidden.returnUrl, url: page } }
        : { type: 'use_stripe_sdk', use_stripe_sdk: { type: 'three_d_secure_redirect', stripe_js: page } };
    call.store.setupIntents.save(setup, hidden);
    emit(call, 'setup_intent.requires_action', setup);
    return setup;
  }
  return succeed(call, stored);
}

function needsAuthentication(setup: SetupIntent, { authentication }: TestCard): boolean {
  const asked = setup.payment_method_options?.card?.request_three_d_secure ?? 'automatic';
  if (authentication === 'supported') return asked !== 'automatic';
  return authentication !== undefined && authentication !== 'on_session';
}

function assertSetupOwner(setup: SetupIntent, { customer }: PaymentMethod): void {
  if (customer === null || customer === setup.customer) return;
  throw invalidRequest(
    `The PaymentMethod you provided belongs to the Customer ${customer}. Please include the Customer in the \`customer\` parameter on the SetupIntent.`,
    { code: 'setup_intent_invalid_parameter', param: 'payment_method' },
  );
}

function succeed(call: Call, { object: setup, hidden }: Setup): SetupIntent {
  setup.status = 'succeeded';
  setup.next_action = null;
  setup.last_setup_error = null;
  call.store.setupIntents.save(setup, hidden);
  if (setup.customer !== null && setup.payment_method !== null) {
    keepForCustomer(call, setup.payment_method, setup.customer, setup.usage === 'off_session');
  }
  emit(call, 'setup_intent.succeeded', setup);
  return setup;
}

function fail(call: Call, { object: setup, hidden }: Setup, reason: Decline): never {
  const { blocked: _, ...told } = reason;
  const tried = resolvePaymentMethod(call, setup.payment_method ?? '');
  const method = tried.object;
  spend(call, tried);
  setup.status = 'requires_payment_method';
  setup.next_action = null;
  setup.payment_method = null;
  setup.last_setup_error = {
    ...told,
    type: 'card_error',
    payment_method: method,
  };
  call.store.setupIntents.save(setup, hidden);
  emit(call, 'setup_intent.setup_failed', setup);
  throw cardError({ ...told, setup_intent: setup, payment_method: method });
}

/** Records that the customer passed or failed 3-D Secure. Does nothing unless the intent waits for it. */
export function authenticateSetup(call: Call, stored: Setup, passed: boolean): SetupIntent {
  if (stored.object.status !== 'requires_action') return stored.object;
  if (passed) return succeed(call, stored);
  try {
    return fail(call, stored, { ...AUTHENTICATION_FAILURE, code: 'setup_intent_authentication_failure' });
  } catch (error) {
    if (!(error instanceof StripeError && error.keepsEffects)) throw error;
    return stored.object;
  }
}
