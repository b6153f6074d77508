import type Stripe from 'stripe';
import type { Call } from '../protocol/call.ts';
import { applyCardOptions } from '../cards/card-options.ts';
import { findCustomer } from '../cards/customer-access.ts';
import { invalidRequest } from '../protocol/errors.ts';
import { emit } from '../webhooks/events.ts';
import type { FormParams } from '../protocol/form-encoding.ts';
import { newClientSecret, newId } from '../protocol/ids.ts';
import { createdRange, listAnswer, listParams } from '../protocol/lists.ts';
import { applyMetadata } from '../protocol/metadata.ts';
import { readParams } from '../protocol/parameters.ts';
import { notHere, text } from '../protocol/parameter-kinds.ts';
import type { ShapeOf, Values } from '../protocol/reader.ts';
import { confirmIntent } from './payment-confirmation.ts';
import {
  assertAmount,
  assertOneWayOfChoosingTypes,
  createShape,
  refusePaymentMethodTypes,
} from './payment-intent-parameters.ts';
import { assertCardIsLeft } from '../cards/payment-method-kinds.ts';
import { assertUsable } from '../cards/payment-method-use.ts';
import { createPaymentMethod, resolvePaymentMethod } from '../cards/payment-methods.ts';
import { shippingOf } from '../protocol/shipping.ts';
import type { PaymentIntent } from '../store/store.ts';

type CreateParams = Values<typeof createShape>;

/** Reads the parameters of create, with every check that needs no state. */
export function readCreateParams(call: Call, params: FormParams): CreateParams {
  refusePaymentMethodTypes(call, params);
  const read = readParams(createShape, params);
  assertAmount(read.amount, read.currency);
  assertOneWayOfChoosingTypes(params);
  if (read.confirm !== true) {
    for (const name of ['error_on_requires_action', 'off_session', 'return_url', 'use_stripe_sdk'] as const) {
      if (read[name] !== undefined) {
        throw invalidRequest(`You can only pass \`${name}\` when \`confirm\` is true.`, { param: name });
      }
    }
  }
  return read;
}

/** POST /v1/payment_intents. With `confirm`, a declined card is thrown after the intent was written. */
export function createPaymentIntent(call: Call, read: CreateParams): PaymentIntent {
  if (read.customer !== undefined) findCustomer(call, read.customer, 'customer');
  const explicit = read.allowed_payment_method_types ?? read.payment_method_types;
  const automatic = explicit === undefined && read.automatic_payment_methods?.enabled !== false;
  const method = pickPaymentMethod(call, read);
  const id = newId('pi');
  const intent: PaymentIntent = {
    id,
    object: 'payment_intent',
    allowed_payment_method_types: read.allowed_payment_method_types ?? null,
    amount: read.amount,
    amount_capturable: 0,
    amount_details: { tip: {} },
    amount_received: 0,
    application: null,
    application_fee_amount: null,
    automatic_payment_methods: automatic
      ? { allow_redirects: read.automatic_payment_methods?.allow_redirects ?? 'always', enabled: true }
      : null,
    canceled_at: null,
    cancellation_reason: null,
    capture_method: read.capture_method ?? 'automatic_async',
    client_secret: newClientSecret(id),
    confirmation_method: read.confirmation_method ?? 'automatic',
    created: call.now,
    currency: read.currency,
    customer: read.customer ?? null,
    customer_account: null,
    description: read.description ?? null,
    excluded_payment_method_types: read.excluded_payment_method_types ?? null,
    last_payment_error: null,
    latest_charge: null,
    livemode: false,
    managed_payments: null,
    metadata: applyMetadata({}, read.metadata),
    next_action: null,
    on_behalf_of: null,
    payment_method: method,
    payment_method_configuration_details: null,
    payment_method_options: applyCardOptions(null, read.payment_method_options),
    payment_method_types: explicit ?? ['card'],
    payment_record: null,
    processing: null,
    receipt_email: read.receipt_email ?? null,
    review: null,
    setup_future_usage: read.setup_future_usage ?? null,
    shipping: read.shipping ? shippingOf(read.shipping) : null,
    source: null,
    statement_descriptor: read.statement_descriptor ?? null,
    statement_descriptor_suffix: read.statement_descriptor_suffix ?? null,
    status: method === null ? 'requires_payment_method' : 'requires_confirmation',
    transfer_data: null,
    transfer_group: read.transfer_group ?? null,
  };
  assertCardIsLeft(intent);
  call.store.paymentIntents.insert(intent, {});
  emit(call, 'payment_intent.created', intent);
  if (read.confirm !== true) return intent;
  return confirmIntent(
    call,
    { seq: 0, object: intent, hidden: {} },
    { ...read, payment_method: undefined, payment_method_data: undefined },
  );
}

/** The id of the payment method that was named or described, if any; it must not belong to another customer. */
export function pickPaymentMethod(
  call: Call,
  read: Pick<CreateParams, 'payment_method' | 'payment_method_data' | 'customer'>,
  intentId?: string,
): string | null {
  if (read.payment_method_data) return createPaymentMethod(call, read.payment_method_data).id;
  if (read.payment_method === undefined) return null;
  const method = resolvePaymentMethod(call, read.payment_method);
  const { object } = method;
  assertUsable(method, intentId);
  assertSameCustomer(object.customer, read.customer ?? null);
  return object.id;
}

function assertSameCustomer(ofMethod: string | null, ofIntent: string | null): void {
  if (ofMethod === null || ofMethod === ofIntent) return;
  throw invalidRequest(
    ofIntent === null
      ? `The PaymentMethod you provided belongs to the Customer ${ofMethod}. Please include the Customer in the \`customer\` parameter on the PaymentIntent.`
      : 'The customer for this PaymentMethod does not match the customer for this PaymentIntent.',
    { code: 'payment_intent_invalid_parameter', param: 'payment_method' },
  );
}

/** GET /v1/payment_intents, by customer and created. */
export function listPaymentIntents(call: Call, params: FormParams): object {
  const shape = {
    ...listParams,
    created: createdRange(),
    customer: text(),
    customer_account: notHere(),
  } satisfies ShapeOf<Stripe.PaymentIntentListParams>;
  const read = readParams(shape, params);
  return listAnswer(call.store.paymentIntents, '/v1/payment_intents', read, { customer: read.customer });
}
