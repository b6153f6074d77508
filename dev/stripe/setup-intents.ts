import type { Call } from './call.ts';
import { AUTHENTICATION_FAILURE, type Decline } from './cards.ts';
import type { Stored } from './collection.ts';
import { findCustomer } from './customers.ts';
import { cardError, invalidRequest, missing, StripeError, unexpectedState } from './errors.ts';
import { emit } from './events.ts';
import type { FormParams } from './form-encoding.ts';
import { newClientSecret, newId } from './ids.ts';
import { createdRange, listAnswer, listParams } from './lists.ts';
import { applyMetadata, metadata } from './metadata.ts';
import {
  anyHash,
  boolean,
  clearable,
  hash,
  listOf,
  notHere,
  oneOf,
  readParams,
  required,
  text,
  url,
  type Values,
} from './parameters.ts';
import { browserShape } from './payment-intent-parameters.ts';
import { assertClientSecret } from './payment-intents.ts';
import {
  attachPaymentMethod,
  createPaymentMethod,
  paymentMethodShape,
  resolvePaymentMethod,
  testCardOf,
} from './payment-methods.ts';
import type { IntentHidden, SetupIntent } from './store.ts';

type Setup = Stored<SetupIntent, IntentHidden>;

const confirmShape = {
  payment_method: text(),
  payment_method_data: hash(paymentMethodShape),
  payment_method_options: anyHash(),
  return_url: url(),
  use_stripe_sdk: boolean(),
  mandate_data: anyHash(),
  allowed_payment_method_types: listOf(text()),
  confirmation_token: notHere(),
};
/** What confirm takes; a browser adds its client secret. */
export const setupConfirmShape = { ...confirmShape, ...browserShape };

const createShape = {
  ...confirmShape,
  automatic_payment_methods: hash({
    enabled: required(boolean()),
    allow_redirects: oneOf('always', 'never'),
  }),
  confirm: boolean(),
  customer: text(),
  description: clearable(text(1000)),
  metadata: metadata(),
  usage: oneOf('off_session', 'on_session'),
  attach_to_self: notHere(),
  on_behalf_of: notHere(),
  single_use: notHere(),
};

/** POST /v1/setup_intents */
export function createSetupIntent(call: Call, params: FormParams): SetupIntent {
  const read = readParams(createShape, params);
  if (read.customer !== undefined) findCustomer(call, read.customer, 'customer');
  const method = methodOf(call, read);
  const id = newId('seti');
  const explicit = read.allowed_payment_method_types;
  const setup: SetupIntent = {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: explicit ?? null,
    application: null,
    automatic_payment_methods: explicit
      ? null
      : { allow_redirects: read.automatic_payment_methods?.allow_redirects ?? 'always', enabled: true },
    cancellation_reason: null,
    client_secret: newClientSecret(id),
    created: call.now,
    customer: read.customer ?? null,
    customer_account: null,
    description: read.description ?? null,
    excluded_payment_method_types: null,
    flow_directions: null,
    last_setup_error: null,
    latest_attempt: null,
    livemode: false,
    mandate: null,
    metadata: applyMetadata({}, read.metadata),
    next_action: null,
    on_behalf_of: null,
    payment_method: method,
    payment_method_configuration_details: null,
    payment_method_options: {
      card: { mandate_options: null, network: null, request_three_d_secure: 'automatic' },
    },
    payment_method_types: explicit ?? ['card'],
    single_use_mandate: null,
    status: method === null ? 'requires_payment_method' : 'requires_confirmation',
    usage: read.usage ?? 'off_session',
  };
  call.store.setupIntents.insert(setup, {});
  emit(call, 'setup_intent.created', setup);
  return read.confirm === true
    ? confirm(
        call,
        { seq: 0, object: setup, hidden: {} },
        { ...read, payment_method: undefined, payment_method_data: undefined },
      )
    : setup;
}

function methodOf(
  call: Call,
  read: {
    payment_method?: string | undefined;
    payment_method_data?: Values<typeof paymentMethodShape> | undefined;
  },
): string | null {
  if (read.payment_method_data) return createPaymentMethod(call, read.payment_method_data).id;
  return read.payment_method === undefined ? null : resolvePaymentMethod(call, read.payment_method).object.id;
}

/** The stored intent; with a publishable key the client secret must be its own. */
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
  read: Values<typeof setupConfirmShape>,
): SetupIntent {
  return confirm(call, findSetupIntent(call, id, read.client_secret), read);
}

function confirm(call: Call, stored: Setup, read: Partial<Values<typeof confirmShape>>): SetupIntent {
  const { object: setup, hidden } = stored;
  if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(setup.status)) {
    throw unexpectedState(
      `You cannot confirm this SetupIntent because it has a status of ${setup.status}.`,
      setup,
    );
  }
  setup.payment_method = methodOf(call, read) ?? setup.payment_method;
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
  if (['always', 'required', 'unless_set_up'].includes(testCard.authentication ?? '')) {
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

function succeed(call: Call, { object: setup, hidden }: Setup): SetupIntent {
  setup.status = 'succeeded';
  setup.next_action = null;
  setup.last_setup_error = null;
  call.store.setupIntents.save(setup, hidden);
  if (setup.customer !== null && setup.payment_method !== null) {
    attachPaymentMethod(call, setup.payment_method, setup.customer, setup.usage === 'off_session');
  }
  emit(call, 'setup_intent.succeeded', setup);
  return setup;
}

function fail(call: Call, { object: setup, hidden }: Setup, reason: Decline): never {
  const { blocked: _, ...told } = reason;
  const method = resolvePaymentMethod(call, setup.payment_method ?? '').object;
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

/** The customer passed or failed 3-D Secure. Does nothing unless the intent waits for it. */
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

/** POST /v1/setup_intents/:id/cancel */
export function cancelSetupIntent(call: Call, id: string, params: FormParams): SetupIntent {
  const read = readParams(
    { cancellation_reason: oneOf('abandoned', 'duplicate', 'requested_by_customer') },
    params,
  );
  const { object: setup, hidden } = findSetupIntent(call, id);
  if (['succeeded', 'canceled', 'processing'].includes(setup.status)) {
    throw unexpectedState(
      `You cannot cancel this SetupIntent because it has a status of ${setup.status}. Only a SetupIntent with one of the following statuses may be canceled: requires_payment_method, requires_confirmation, requires_action.`,
      setup,
    );
  }
  setup.status = 'canceled';
  setup.cancellation_reason = read.cancellation_reason ?? null;
  setup.next_action = null;
  call.store.setupIntents.save(setup, hidden);
  emit(call, 'setup_intent.canceled', setup);
  return setup;
}

/** GET /v1/setup_intents, by customer, payment_method and created. */
export function listSetupIntents(call: Call, params: FormParams): object {
  const read = readParams(
    { ...listParams, created: createdRange(), customer: text(), payment_method: text() },
    params,
  );
  const { customer, payment_method } = read;
  return listAnswer(call.store.setupIntents, '/v1/setup_intents', read, { customer, payment_method });
}
