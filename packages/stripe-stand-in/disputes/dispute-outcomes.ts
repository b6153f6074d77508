import type Stripe from 'stripe';
import { recordBalance } from '../money/balance-transactions.ts';
import type { Call } from '../protocol/call.ts';
import { evidence } from './dispute-evidence.ts';
import { retrieveDispute, withdraw } from './disputes.ts';
import { invalidRequest } from '../protocol/errors.ts';
import { emit } from '../webhooks/events.ts';
import type { FormParams } from '../protocol/form-encoding.ts';
import type { JobKind } from '../store/jobs.ts';
import { applyMetadata, metadata } from '../protocol/metadata.ts';
import { readParams } from '../protocol/parameters.ts';
import { boolean, notHere } from '../protocol/parameter-kinds.ts';
import type { ShapeOf } from '../protocol/reader.ts';
import type { Dispute } from '../store/store.ts';

const OVER: readonly string[] = ['won', 'lost', 'warning_closed'];
const isInquiry = (dispute: Dispute): boolean => dispute.status.startsWith('warning_');

const updateShape = {
  evidence,
  intended_submission_method: notHere(),
  metadata: metadata(),
  submit: boolean(),
} satisfies ShapeOf<Stripe.DisputeUpdateParams>;

/** The outcome of a dispute, by the text in `uncategorized_text`: https://docs.stripe.com/testing#evidence. */
const ENDINGS: Readonly<Record<string, JobKind>> = {
  winning_evidence: 'dispute_won',
  losing_evidence: 'dispute_lost',
  escalate_inquiry_evidence: 'inquiry_escalates',
};

/** POST /v1/disputes/:id. Evidence is sent to the bank, which decides a moment later, unless `submit` is false. */
export function updateDispute(call: Call, id: string, params: FormParams): Dispute {
  const read = readParams(updateShape, params);
  const dispute = retrieveDispute(call, id);
  const before = dispute.status;
  dispute.metadata = applyMetadata(dispute.metadata, read.metadata);
  if (read.evidence) {
    assertOpen(dispute);
    Object.assign(dispute.evidence, read.evidence);
    dispute.evidence_details.has_evidence = true;
    if (read.submit !== false) submit(call, dispute);
  }
  call.store.disputes.save(dispute, {});
  emit(call, 'charge.dispute.updated', dispute, { status: before });
  return dispute;
}

function submit(call: Call, dispute: Dispute): void {
  dispute.status = isInquiry(dispute) ? 'warning_under_review' : 'under_review';
  dispute.evidence_details.submission_count += 1;
  dispute.evidence_details.submission_method = 'manual';
  const ending = ENDINGS[dispute.evidence.uncategorized_text ?? ''];
  if (ending) call.store.jobs.schedule(ending, dispute.id, call.now + call.laterSeconds);
}

function assertOpen(dispute: Dispute): void {
  if (OVER.includes(dispute.status)) throw invalidRequest('This dispute is already closed.');
}

/** POST /v1/disputes/:id/close: the shop accepts it. */
export function closeDispute(call: Call, id: string): Dispute {
  assertOpen(retrieveDispute(call, id));
  return loseDispute(call, id);
}

/**
 * The bank decides for the shop: returns the money but not the fee, and the charge can be refunded again. Closes an
 * inquiry. Idempotent.
 */
export function winDispute(call: Call, id: string): Dispute {
  const dispute = retrieveDispute(call, id);
  if (OVER.includes(dispute.status)) return dispute;
  if (isInquiry(dispute)) return end(call, dispute, 'warning_closed');
  const reversal = recordBalance(call, {
    type: 'adjustment',
    category: 'dispute_reversal',
    amount: dispute.amount,
    currency: dispute.currency,
    source: dispute.id,
    description: `Chargeback reversal for ${dispute.charge ?? ''}`,
  });
  dispute.balance_transactions.push(reversal);
  dispute.is_charge_refundable = true;
  end(call, dispute, 'won');
  emit(call, 'charge.dispute.funds_reinstated', dispute);
  return dispute;
}

/** The bank decides for the customer, or the shop accepts it: the money is lost. Closes an inquiry. Idempotent. */
export function loseDispute(call: Call, id: string): Dispute {
  const dispute = retrieveDispute(call, id);
  if (OVER.includes(dispute.status)) return dispute;
  return end(call, dispute, isInquiry(dispute) ? 'warning_closed' : 'lost');
}

/** An inquiry becomes a chargeback: now the money is taken, and no refund is possible any more. */
export function escalateInquiry(call: Call, id: string): Dispute {
  const dispute = retrieveDispute(call, id);
  if (!isInquiry(dispute) || OVER.includes(dispute.status)) return dispute;
  const before = dispute.status;
  dispute.status = 'needs_response';
  dispute.is_charge_refundable = false;
  const card = dispute.payment_method_details?.card;
  if (card) card.case_type = 'chargeback';
  withdraw(call, dispute);
  call.store.disputes.save(dispute, {});
  emit(call, 'charge.dispute.updated', dispute, { status: before });
  emit(call, 'charge.dispute.funds_withdrawn', dispute);
  return dispute;
}

/** Returns true while a chargeback keeps a charge from being refunded: an inquiry does not, nor one that was won. */
export function isChargedBack(call: Call, chargeId: string): boolean {
  return call.store.disputes.all('charge', chargeId).some((dispute) => !dispute.is_charge_refundable);
}

function end(call: Call, dispute: Dispute, status: Dispute['status']): Dispute {
  const before = dispute.status;
  dispute.status = status;
  call.store.disputes.save(dispute, {});
  emit(call, 'charge.dispute.closed', dispute, { status: before });
  return dispute;
}
