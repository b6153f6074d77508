import { recordBalance } from './balance-transactions.ts';
import type { Call } from './call.ts';
import { findCharge } from './charges.ts';
import { missing } from './errors.ts';
import { emit } from './events.ts';
import type { FormParams } from './form-encoding.ts';
import { newId } from './ids.ts';
import { createdRange, listAnswer, listParams } from './lists.ts';
import { readParams } from './parameters.ts';
import { text } from './parameter-kinds.ts';
import type { Dispute } from './store.ts';

const FEE = 2000;

/** The customer's bank takes a captured payment back (an inquiry takes nothing yet). Once per charge. */
export function createDispute(
  call: Call,
  chargeId: string,
  reason: string,
  inquiry = false,
): Dispute | Record<string, never> {
  const { object: charge, hidden } = findCharge(call, chargeId);
  const amount = charge.amount_captured - charge.amount_refunded;
  if (!charge.captured || charge.disputed || amount <= 0) return {};
  const id = newId('du');
  const withdrawn = inquiry
    ? []
    : [
        recordBalance(call, {
          type: 'adjustment',
          category: 'dispute',
          amount: -amount,
          fee: FEE,
          currency: charge.currency,
          source: id,
          description: `Chargeback withdrawal for ${charge.id}`,
        }),
      ];
  const dispute = {
    id,
    object: 'dispute',
    amount,
    balance_transactions: withdrawn,
    charge: charge.id,
    created: call.now,
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: { customer_email_address: null, customer_name: null, enhanced_evidence: {} },
    evidence_details: {
      due_by: call.now + 9 * 86_400,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: null,
    },
    intended_submission_method: null,
    is_charge_refundable: inquiry,
    livemode: false,
    metadata: {},
    network_reason_code: reason === 'fraudulent' ? '10.4' : '13.1',
    payment_intent: charge.payment_intent,
    payment_method_details: {
      card: {
        brand: charge.payment_method_details?.card?.brand ?? 'visa',
        case_type: inquiry ? 'inquiry' : 'chargeback',
        network_reason_code: '10.4',
      },
      type: 'card',
    },
    reason,
    status: inquiry ? 'warning_needs_response' : 'needs_response',
  } as unknown as Dispute;
  call.store.disputes.insert(dispute, {});
  charge.disputed = !inquiry;
  call.store.charges.save(charge, hidden);
  emit(call, 'charge.dispute.created', dispute);
  if (!inquiry) emit(call, 'charge.dispute.funds_withdrawn', dispute);
  return dispute;
}

/** GET /v1/disputes/:id */
export function retrieveDispute(call: Call, id: string): Dispute {
  const found = call.store.disputes.find(id);
  if (!found) throw missing('dispute', id);
  return found.object;
}

/** GET /v1/disputes, by charge, payment_intent and created. */
export function listDisputes(call: Call, params: FormParams): object {
  const read = readParams(
    { ...listParams, created: createdRange(), charge: text(), payment_intent: text() },
    params,
  );
  const { charge, payment_intent } = read;
  return listAnswer(call.store.disputes, '/v1/disputes', read, { charge, payment_intent });
}

/** What the test card behind a captured charge asks for. */
export function disputeByCard(call: Call, chargeId: string): void {
  const { object: charge } = findCharge(call, chargeId);
  const last4 = charge.payment_method_details?.card?.last4;
  if (last4 === '0259') createDispute(call, chargeId, 'fraudulent');
  if (last4 === '2685') createDispute(call, chargeId, 'product_not_received');
  if (last4 === '1976') createDispute(call, chargeId, 'fraudulent', true);
}
