import type Stripe from 'stripe';
import { recordBalance } from '../money/balance-transactions.ts';
import type { Call } from '../protocol/call.ts';
import { findCharge } from '../money/charges.ts';
import { isChargedBack } from '../disputes/dispute-outcomes.ts';
import { formatAmount } from '../protocol/currencies.ts';
import { invalidRequest, missing, unexpectedState } from '../protocol/errors.ts';
import { emit } from '../webhooks/events.ts';
import type { FormParams } from '../protocol/form-encoding.ts';
import { newId } from '../protocol/ids.ts';
import { createdRange, listAnswer, listParams } from '../protocol/lists.ts';
import { applyMetadata, metadata } from '../protocol/metadata.ts';
import { email, integer, notHere, oneOf, text } from '../protocol/parameter-kinds.ts';
import { readParams } from '../protocol/parameters.ts';
import { assertWholeAmount } from '../payments/payment-intent-parameters.ts';
import { testCardOf } from '../cards/payment-methods.ts';
import type { ShapeOf, Values } from '../protocol/reader.ts';
import { findRefund } from './refund-outcomes.ts';
import type { Charge, Refund } from '../store/store.ts';

/** What create takes. */
export const refundShape = {
  amount: integer(1),
  charge: text(),
  currency: notHere(),
  customer: notHere(),
  instructions_email: email(),
  metadata: metadata(),
  origin: notHere(),
  payment_intent: text(),
  reason: oneOf('duplicate', 'fraudulent', 'requested_by_customer'),
  refund_application_fee: notHere(),
  reverse_transfer: notHere(),
} satisfies ShapeOf<Stripe.RefundCreateParams>;
type CreateParams = Values<typeof refundShape>;

/** Reads the parameters of create, with every check that needs no state. */
export function readRefundParams(params: FormParams): CreateParams {
  const read = readParams(refundShape, params);
  if (read.charge === undefined && read.payment_intent === undefined) {
    throw invalidRequest(
      'One of the following params should be provided for this request: payment_intent or charge.',
      { code: 'parameter_missing' },
    );
  }
  return read;
}

/** POST /v1/refunds. Never more than was captured and not yet refunded. */
export function createRefund(call: Call, read: CreateParams): Refund {
  const { object: charge, hidden } = chargeToRefund(call, read.charge, read.payment_intent);
  const left = charge.amount_captured - charge.amount_refunded;
  if (isChargedBack(call, charge.id)) {
    throw invalidRequest(`Charge ${charge.id} has been charged back; cannot issue a refund.`, {
      code: 'charge_disputed',
    });
  }
  if (left <= 0) {
    throw invalidRequest(`Charge ${charge.id} has already been refunded.`, {
      code: 'charge_already_refunded',
    });
  }
  const amount = read.amount ?? left;
  assertWholeAmount(amount, charge.currency, 'amount');
  if (amount > left) {
    throw invalidRequest(
      `Refund amount (${formatAmount(amount, charge.currency)}) is greater than unrefunded amount on charge (${formatAmount(left, charge.currency)})`,
      { param: 'amount' },
    );
  }
  const method =
    charge.payment_method === null ? undefined : call.store.paymentMethods.find(charge.payment_method);
  const aftermath = method ? testCardOf(method.hidden).aftermath : undefined;
  const pending = aftermath === 'refund_pending';
  const id = newId('re');
  const transaction = recordBalance(call, {
    type: 'refund',
    category: 'refund',
    amount: -amount,
    currency: charge.currency,
    source: id,
    description: `REFUND FOR CHARGE${charge.description === null ? '' : ` (${charge.description})`}`,
  });
  const refund: Refund = {
    id,
    object: 'refund',
    amount,
    balance_transaction: transaction.id,
    charge: charge.id,
    created: call.now,
    currency: charge.currency,
    customer: charge.customer,
    customer_account: null,
    destination_details: {
      card: { reference_status: 'pending', reference_type: 'acquirer_reference_number', type: 'refund' },
      type: 'card',
    },
    metadata: applyMetadata({}, read.metadata),
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    reason: read.reason ?? null,
    receipt_number: null,
    source_transfer_reversal: null,
    ...(pending ? { pending_reason: 'processing' as const } : {}),
    status: pending ? 'pending' : 'succeeded',
    transfer_reversal: null,
  };
  call.store.refunds.insert(refund, {});
  charge.amount_refunded += amount;
  charge.refunded = charge.amount_refunded === charge.amount_captured;
  if (read.reason === 'fraudulent') charge.fraud_details = { user_report: 'fraudulent' };
  call.store.charges.save(charge, hidden);
  emit(call, 'refund.created', refund);
  emit(call, 'charge.refunded', charge, {
    amount_refunded: charge.amount_refunded - amount,
    ...(charge.refunded ? { refunded: false } : {}),
  });
  if (pending) call.store.jobs.schedule('refund_succeeds', id, call.now + call.laterSeconds);
  if (aftermath === 'refund_fails')
    call.store.jobs.schedule('refund_fails', id, call.now + call.laterSeconds);
  return refund;
}

function chargeToRefund(
  call: Call,
  chargeId: string | undefined,
  intentId: string | undefined,
): { object: Charge; hidden: Record<string, never> } {
  if (intentId !== undefined) {
    const intent = call.store.paymentIntents.find(intentId)?.object;
    if (!intent) throw missing('payment_intent', intentId, 'payment_intent');
    if (intent.status !== 'succeeded' || intent.latest_charge === null) {
      throw unexpectedState(
        `This PaymentIntent (${intentId}) does not have a successful charge to refund.`,
        intent,
      );
    }
    if (chargeId !== undefined && chargeId !== intent.latest_charge) {
      throw invalidRequest(`The charge ${chargeId} does not belong to the PaymentIntent ${intentId}.`, {
        param: 'charge',
      });
    }
    return findCharge(call, intent.latest_charge);
  }
  const found = findCharge(call, chargeId ?? '', 'charge');
  if (found.object.status !== 'succeeded') {
    throw invalidRequest(`Charge ${found.object.id} has failed and cannot be refunded.`, {
      code: 'charge_not_refundable',
    });
  }
  if (!found.object.captured) {
    throw invalidRequest(
      `Charge ${found.object.id} was created by a PaymentIntent that has not been captured. Cancel the PaymentIntent ${found.object.payment_intent ?? ''} instead.`,
      { code: 'charge_not_refundable' },
    );
  }
  return found;
}

/** GET /v1/refunds/:id */
export function retrieveRefund(call: Call, id: string): Refund {
  return findRefund(call, id).object;
}

/** POST /v1/refunds/:id: metadata alone. */
export function updateRefund(call: Call, id: string, params: FormParams): Refund {
  const read = readParams({ metadata: metadata() }, params);
  const { object, hidden } = findRefund(call, id);
  object.metadata = applyMetadata(object.metadata ?? {}, read.metadata);
  call.store.refunds.save(object, hidden);
  emit(call, 'refund.updated', object);
  emit(call, 'charge.refund.updated', object);
  return object;
}

/** POST /v1/refunds/:id/cancel: card refunds cannot be canceled. */
export function cancelRefund(call: Call, id: string): never {
  const { object } = findRefund(call, id);
  throw unexpectedState(
    `You cannot cancel this refund because it has a status of ${object.status ?? ''}. Only a refund with a status of requires_action may be canceled.`,
    object,
  );
}

/** GET /v1/refunds, by charge, payment_intent and created. */
export function listRefunds(call: Call, params: FormParams): object {
  const shape = {
    ...listParams,
    charge: text(),
    created: createdRange(),
    payment_intent: text(),
  } satisfies ShapeOf<Stripe.RefundListParams>;
  const read = readParams(shape, params);
  const { charge, payment_intent } = read;
  return listAnswer(call.store.refunds, '/v1/refunds', read, { charge, payment_intent });
}
