import type { Call } from '../protocol/call.ts';
import { findCustomer } from '../cards/customer-access.ts';
import { invalidRequest, unexpectedState } from '../protocol/errors.ts';
import { emit } from '../webhooks/events.ts';
import type { FormParams } from '../protocol/form-encoding.ts';
import { newClientSecret, newId } from '../protocol/ids.ts';
import { listAnswer } from '../protocol/lists.ts';
import { applyMetadata } from '../protocol/metadata.ts';
import { oneOf } from '../protocol/parameter-kinds.ts';
import { readParams } from '../protocol/parameters.ts';
import { applyKinds, assertCardIsLeft } from '../cards/payment-method-kinds.ts';
import { applySetupOptions, confirm, findSetupIntent, methodOf } from './setup-confirmation.ts';
import { createShape, listShape, updateShape } from './setup-intent-parameters.ts';
import type { SetupIntent } from '../store/store.ts';

/** POST /v1/setup_intents */
export function createSetupIntent(call: Call, params: FormParams): SetupIntent {
  const read = readParams(createShape, params);
  if (read.confirm !== true) {
    for (const name of ['return_url', 'use_stripe_sdk'] as const) {
      if (read[name] !== undefined)
        throw invalidRequest(`You can only pass \`${name}\` when \`confirm\` is true.`, { param: name });
    }
  }
  if (read.customer !== undefined) findCustomer(call, read.customer, 'customer');
  const method = methodOf(call, read);
  const id = newId('seti');
  const explicit = read.allowed_payment_method_types;
  const automatic = explicit === undefined && read.automatic_payment_methods?.enabled !== false;
  const setup: SetupIntent = {
    id,
    object: 'setup_intent',
    allowed_payment_method_types: explicit ?? null,
    application: null,
    automatic_payment_methods: automatic
      ? { allow_redirects: read.automatic_payment_methods?.allow_redirects ?? 'always', enabled: true }
      : null,
    cancellation_reason: null,
    client_secret: newClientSecret(id),
    created: call.now,
    customer: read.customer ?? null,
    customer_account: null,
    description: read.description ?? null,
    excluded_payment_method_types: read.excluded_payment_method_types ?? null,
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
  assertCardIsLeft(setup);
  applySetupOptions(setup, read);
  call.store.setupIntents.insert(setup, {});
  emit(call, 'setup_intent.created', setup);
  if (read.confirm !== true) return setup;
  const { payment_method: _, payment_method_data: __, ...given } = read;
  return confirm(call, { seq: 0, object: setup, hidden: {} }, given);
}

const UPDATABLE = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

/** POST /v1/setup_intents/:id. Once it is over only what describes it may change. */
export function updateSetupIntent(call: Call, id: string, params: FormParams): SetupIntent {
  const read = readParams(updateShape, params);
  const { object: setup, hidden } = findSetupIntent(call, id);
  const open = UPDATABLE.includes(setup.status);
  for (const name of [
    'customer',
    'payment_method',
    'payment_method_data',
    'payment_method_options',
  ] as const) {
    if (read[name] === undefined || open) continue;
    throw unexpectedState(
      `This SetupIntent's ${name} could not be updated because it has a status of ${setup.status}. You may only update the ${name} of a SetupIntent with one of the following statuses: ${UPDATABLE.join(', ')}.`,
      setup,
    );
  }
  if (read.customer !== undefined) setup.customer = findCustomer(call, read.customer, 'customer').id;
  const method = methodOf(call, read);
  if (method !== null) {
    setup.payment_method = method;
    setup.status = 'requires_confirmation';
    setup.next_action = null;
  }
  applyKinds(setup, read);
  applySetupOptions(setup, read);
  if (read.description !== undefined) setup.description = read.description;
  setup.metadata = applyMetadata(setup.metadata ?? {}, read.metadata);
  call.store.setupIntents.save(setup, hidden);
  return setup;
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
      `You cannot cancel this SetupIntent because it has a status of ${setup.status}. Only a SetupIntent with one of the following statuses may be canceled: ${UPDATABLE.join(', ')}.`,
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
  const read = readParams(listShape, params);
  const { customer, payment_method } = read;
  return listAnswer(call.store.setupIntents, '/v1/setup_intents', read, { customer, payment_method });
}
