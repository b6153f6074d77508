import type Stripe from 'stripe';
import { recordBalance } from '../money/balance-transactions.ts';
import type { Call } from '../protocol/call.ts';
import { findCharge } from '../money/charges.ts';
import { noEvidence } from './dispute-evidence.ts';
import { missing } from '../protocol/errors.ts';
import { emit } from '../webhooks/events.ts';
import type { FormParams } from '../protocol/form-encoding.ts';
import { newId } from '../protocol/ids.ts';
import { createdRange, listAnswer, listParams } from '../protocol/lists.ts';
import { readParams } from '../protocol/parameters.ts';
import { text } from '../protocol/parameter-kinds.ts';
import { testCardOf } from '../cards/payment-methods.ts';
import type { ShapeOf } from '../protocol/reader.ts';
import type { Dispute } from '../store/store.ts';

/** The reasons that a bank may give, each with its code at Visa. */
export const disputeReasons = {
  fraudulent: '10.4',
  product_not_received: '13.1',
  product_unacceptable: '13.3',
  duplicate: '12.6',
  credit_not_processed: '13.6',
  subscription_canceled: '13.2',
  unrecognized: '10.4',
  general: '13.1',
} as const;
/** Why a customer disputes a charge. */
export type DisputeReason = keyof typeof disputeReasons;

const FEE = 2000;
const DUE_SECONDS = 9 * 86_400;

/**
 * The customer's bank takes a captured payment back, or only asks (an inquiry takes nothing yet).
 * Returns undefined when there is nothing to take, or when it was taken already.
 */
export function createDispute(
  call: Call,
  chargeId: string,
  reason: DisputeReason,
  isInquiry = false,
): Dispute | undefined {
  const { object: charge, hidden } = findCharge(call, chargeId);
  const amount = charge.amount_captured - charge.amount_refunded;
  const before = call.store.disputes.all('charge', charge.id);
  if (!charge.captured || amount <= 0 || before.some(({ status }) => status !== 'warning_closed'))
    return undefined;
  const dispute: Dispute = {
    id: newId('du'),
    object: 'dispute',
    amount,
    balance_transactions: [],
    charge: charge.id,
    created: call.now,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: noEvidence(),
    evidence_details: {
      due_by: call.now + DUE_SECONDS,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: isInquiry,
    livemode: false,
    metadata: {},
    network_reason_code: disputeReasons[reason],
    payment_intent: charge.payment_intent,
    payment_method_details: {
      card: {
        brand: charge.payment_method_details?.card?.brand ?? 'visa',
        case_type: isInquiry ? 'inquiry' : 'chargeback',
        network: charge.payment_method_details?.card?.network ?? 'visa',
        network_reason_code: disputeReasons[reason],
      },
      type: 'card',
    },
    reason,
    status: isInquiry ? 'warning_needs_response' : 'needs_response',
  };
  charge.disputed = true;
  call.store.charges.save(charge, hidden);
  if (!isInquiry) withdraw(call, dispute);
  call.store.disputes.insert(dispute, {});
  emit(call, 'charge.dispute.created', dispute);
  if (!isInquiry) emit(call, 'charge.dispute.funds_withdrawn', dispute);
  return dispute;
}

/** Takes the disputed amount and the fee from the balance. The caller saves the dispute. */
export function withdraw(call: Call, dispute: Dispute): void {
  dispute.balance_transactions.push(
    recordBalance(call, {
      type: 'adjustment',
      category: 'dispute',
      amount: -dispute.amount,
      fee: FEE,
      currency: dispute.currency,
      source: dispute.id,
      description: `Chargeback withdrawal for ${dispute.charge ?? ''}`,
    }),
  );
}

/** GET /v1/disputes/:id */
export function retrieveDispute(call: Call, id: string): Dispute {
  const found = call.store.disputes.find(id);
  if (!found) throw missing('dispute', id);
  return found.object;
}

/** GET /v1/disputes, by charge, payment_intent and created. */
export function listDisputes(call: Call, params: FormParams): object {
  const shape = {
    ...listParams,
    charge: text(),
    created: createdRange(),
    payment_intent: text(),
  } satisfies ShapeOf<Stripe.DisputeListParams>;
  const read = readParams(shape, params);
  const { charge, payment_intent } = read;
  return listAnswer(call.store.disputes, '/v1/disputes', read, { charge, payment_intent });
}

/** Opens the dispute that the test card behind a captured charge asks for, if any. */
export function disputeByCard(call: Call, chargeId: string): void {
  const method = call.store.paymentMethods.find(findCharge(call, chargeId).object.payment_method ?? '');
  switch (method && testCardOf(method.hidden).aftermath) {
    case 'dispute_fraudulent':
      return void createDispute(call, chargeId, 'fraudulent');
    case 'dispute_not_received':
      return void createDispute(call, chargeId, 'product_not_received');
    case 'inquiry':
      return void createDispute(call, chargeId, 'fraudulent', true);
    default:
  }
}
