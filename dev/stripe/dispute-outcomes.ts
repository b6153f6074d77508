import { recordBalance } from './balance-transactions.ts';
import type { Call } from './call.ts';
import { retrieveDispute } from './disputes.ts';
import { invalidRequest } from './errors.ts';
import { emit } from './events.ts';
import type { FormParams } from './form-encoding.ts';
import { applyMetadata, metadata } from './metadata.ts';
import { anyHash, readParams } from './parameters.ts';
import { boolean } from './parameter-kinds.ts';
import type { Dispute } from './store.ts';

const OVER: readonly string[] = ['won', 'lost', 'warning_closed'];
const isInquiry = (dispute: Dispute): boolean => dispute.status.startsWith('warning_');

/**
 * POST /v1/disputes/:id. Evidence is sent to the bank unless `submit` is false; as at Stripe's test mode,
 * `uncategorized_text` decides how it ends: `winning_evidence` or `losing_evidence`, a moment later.
 */
export function updateDispute(call: Call, id: string, params: FormParams): Dispute {
  const read = readParams({ evidence: anyHash(), metadata: metadata(), submit: boolean() }, params);
  const dispute = retrieveDispute(call, id);
  const before = dispute.status;
  dispute.metadata = applyMetadata(dispute.metadata, read.metadata);
  if (read.evidence) {
    if (OVER.includes(dispute.status)) throw invalidRequest('This dispute is already closed.');
    Object.assign(dispute.evidence, read.evidence);
    dispute.evidence_details.has_evidence = true;
  }
  if (read.evidence && read.submit !== false) submit(call, dispute, read.evidence);
  call.store.disputes.save(dispute, {});
  emit(call, 'charge.dispute.updated', dispute, { status: before });
  return dispute;
}

function submit(call: Call, dispute: Dispute, evidence: FormParams): void {
  dispute.status = isInquiry(dispute) ? 'warning_under_review' : 'under_review';
  dispute.evidence_details.submission_count += 1;
  const due = call.now + call.laterSeconds;
  if (evidence['uncategorized_text'] === 'winning_evidence')
    call.store.jobs.schedule('dispute_won', dispute.id, due);
  if (evidence['uncategorized_text'] === 'losing_evidence')
    call.store.jobs.schedule('dispute_lost', dispute.id, due);
}

/** The bank decides for the shop: the money is back, the fee is not. An inquiry is closed. Once. */
export function winDispute(call: Call, id: string): Dispute {
  const dispute = retrieveDispute(call, id);
  if (OVER.includes(dispute.status)) return dispute;
  if (isInquiry(dispute)) return close(call, dispute, 'warning_closed');
  const reversal = recordBalance(call, {
    type: 'adjustment',
    category: 'dispute_reversal',
    amount: dispute.amount,
    currency: dispute.currency,
    source: dispute.id,
    description: `Chargeback reversal for ${dispute.charge ?? ''}`,
  });
  dispute.balance_transactions.push(reversal);
  close(call, dispute, 'won');
  emit(call, 'charge.dispute.funds_reinstated', dispute);
  return dispute;
}

/** The bank decides for the customer, or the shop accepts it: the money stays away. An inquiry is closed. Once. */
export function loseDispute(call: Call, id: string): Dispute {
  const dispute = retrieveDispute(call, id);
  if (OVER.includes(dispute.status)) return dispute;
  return close(call, dispute, isInquiry(dispute) ? 'warning_closed' : 'lost');
}

function close(call: Call, dispute: Dispute, status: Dispute['status']): Dispute {
  const before = dispute.status;
  dispute.status = status;
  call.store.disputes.save(dispute, {});
  emit(call, 'charge.dispute.closed', dispute, { status: before });
  return dispute;
}
