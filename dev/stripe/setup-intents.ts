import type { Call } from './call.ts';
import { findCustomer } from './customers.ts';
import { unexpectedState } from './errors.ts';
import { emit } from './events.ts';
import type { FormParams } from './form-encoding.ts';
import { newClientSecret, newId } from './ids.ts';
import { createdRange, listAnswer, listParams } from './lists.ts';
import { applyMetadata, metadata } from './metadata.ts';
import { boolean, notHere, oneOf, text } from './parameter-kinds.ts';
import { clearable, hash, readParams, required } from './parameters.ts';
import { confirm, confirmShape, findSetupIntent, methodOf } from './setup-confirmation.ts';
import type { SetupIntent } from './store.ts';

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
