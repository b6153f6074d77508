import type { Call } from '../protocol/call.ts';
import { applyCardOptions } from '../cards/card-options.ts';
import { findCustomer } from '../cards/customer-access.ts';
import { unexpectedState } from '../protocol/errors.ts';
import type { FormParams } from '../protocol/form-encoding.ts';
import { applyMetadata } from '../protocol/metadata.ts';
import { readParams } from '../protocol/parameters.ts';
import { findIntent } from './payment-intent-access.ts';
import { assertAmount, refusePaymentMethodTypes, updateShape } from './payment-intent-parameters.ts';
import { pickPaymentMethod } from './payment-intents.ts';
import { applyKinds } from '../cards/payment-method-kinds.ts';
import { shippingOf } from '../protocol/shipping.ts';
import type { PaymentIntent } from '../store/store.ts';

const UPDATABLE = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

/** POST /v1/payment_intents/:id. After the payment only what describes it may change. */
export function updatePaymentIntent(call: Call, id: string, params: FormParams): PaymentIntent {
  refusePaymentMethodTypes(call, params);
  const read = readParams(updateShape, params);
  const { object: intent, hidden } = findIntent(call, id);
  const open = UPDATABLE.includes(intent.status);
  for (const name of [
    'amount',
    'currency',
    'payment_method',
    'payment_method_data',
    'capture_method',
    'customer',
    'payment_method_options',
    'setup_future_usage',
    'shipping',
  ] as const) {
    if (read[name] === undefined || open) continue;
    throw unexpectedState(
      `This PaymentIntent's ${name} could not be updated because it has a status of ${intent.status}. You may only update the ${name} of a PaymentIntent with one of the following statuses: ${UPDATABLE.join(', ')}.`,
      intent,
    );
  }
  if (read.amount !== undefined || read.currency !== undefined) {
    intent.currency = read.currency ?? intent.currency;
    intent.amount = read.amount ?? intent.amount;
    assertAmount(intent.amount, intent.currency);
  }
  if (read.customer !== undefined) {
    findCustomer(call, read.customer, 'customer');
    intent.customer = read.customer;
  }
  const method = pickPaymentMethod(call, { ...read, customer: intent.customer ?? undefined }, id);
  if (method !== null) intent.payment_method = method;
  if (open && (method !== null || intent.status === 'requires_action')) {
    intent.status = intent.payment_method === null ? 'requires_payment_method' : 'requires_confirmation';
    intent.next_action = null;
  }
  applyKinds(intent, read);
  if (read.capture_method) intent.capture_method = read.capture_method;
  intent.payment_method_options = applyCardOptions(
    intent.payment_method_options,
    read.payment_method_options,
  );
  if (read.description !== undefined) intent.description = read.description;
  if (read.receipt_email !== undefined) intent.receipt_email = read.receipt_email;
  if (read.setup_future_usage !== undefined) intent.setup_future_usage = read.setup_future_usage;
  if (read.shipping !== undefined) intent.shipping = read.shipping && shippingOf(read.shipping);
  if (read.statement_descriptor !== undefined) intent.statement_descriptor = read.statement_descriptor;
  if (read.statement_descriptor_suffix !== undefined)
    intent.statement_descriptor_suffix = read.statement_descriptor_suffix;
  if (read.transfer_group !== undefined) intent.transfer_group = read.transfer_group;
  intent.metadata = applyMetadata(intent.metadata, read.metadata);
  if (open) intent.last_payment_error = null;
  call.store.paymentIntents.save(intent, hidden);
  return intent;
}
