import type Stripe from 'stripe';
import type { Call } from '../protocol/call.ts';
import { findCharge } from './charges.ts';
import { emit } from '../webhooks/events.ts';
import type { FormParams } from '../protocol/form-encoding.ts';
import { createdRange, listAnswer, listParams } from '../protocol/lists.ts';
import { applyMetadata, metadata } from '../protocol/metadata.ts';
import { email, notHere, oneOf, text } from '../protocol/parameter-kinds.ts';
import { clearable, hash, readParams } from '../protocol/parameters.ts';
import { shipping, shippingOf } from '../protocol/shipping.ts';
import type { ShapeOf } from '../protocol/reader.ts';
import type { Charge } from '../store/store.ts';

const updateShape = {
  customer: notHere(),
  description: text(),
  fraud_details: hash({ user_report: clearable(oneOf('fraudulent', 'safe')) }),
  metadata: metadata(),
  receipt_email: email(),
  shipping,
  transfer_group: text(),
} satisfies ShapeOf<Stripe.ChargeUpdateParams>;

/** POST /v1/charges/:id: what describes it. */
export function updateCharge(call: Call, id: string, params: FormParams): Charge {
  const read = readParams(updateShape, params);
  const { object, hidden } = findCharge(call, id);
  if (read.shipping) object.shipping = shippingOf(read.shipping);
  if (read.transfer_group !== undefined) object.transfer_group = read.transfer_group;
  if (read.fraud_details?.user_report) object.fraud_details = { user_report: read.fraud_details.user_report };
  if (read.description !== undefined) object.description = read.description;
  if (read.receipt_email !== undefined) object.receipt_email = read.receipt_email;
  object.metadata = applyMetadata(object.metadata, read.metadata);
  call.store.charges.save(object, hidden);
  emit(call, 'charge.updated', object);
  return object;
}

const listShape = {
  ...listParams,
  created: createdRange(),
  customer: text(),
  payment_intent: text(),
  transfer_group: text(),
} satisfies ShapeOf<Stripe.ChargeListParams>;

/** GET /v1/charges, by customer, payment_intent, transfer_group and created. */
export function listCharges(call: Call, params: FormParams): object {
  const read = readParams(listShape, params);
  const { customer, payment_intent, transfer_group } = read;
  return listAnswer(
    call.store.charges,
    '/v1/charges',
    read,
    { customer, payment_intent },
    transfer_group === undefined ? undefined : (charge) => charge.transfer_group === transfer_group,
  );
}
