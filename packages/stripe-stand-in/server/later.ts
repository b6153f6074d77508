import type { Call } from '../protocol/call.ts';
import { settleLater } from '../money/charges.ts';
import { escalateInquiry, loseDispute, winDispute } from '../disputes/dispute-outcomes.ts';
import { disputeByCard } from '../disputes/disputes.ts';
import type { Job } from '../store/jobs.ts';
import { expireAuthorization } from '../payments/payment-capture.ts';
import { endProcessing } from '../payments/payment-attempt.ts';
import { failRefund, succeedRefund } from '../refunds/refund-outcomes.ts';

/** Runs every job due by the call's time, each at its own due time. Call it within a transaction. */
export function runDueJobs(call: Call): void {
  const { jobs } = call.store;
  const own = { ...call, request: { id: null, idempotency_key: null }, publishable: false };
  for (let job = jobs.take(call.now); job; job = jobs.take(call.now))
    run({ ...own, now: Math.floor(job.due) }, job);
}

function run(call: Call, job: Job): void {
  switch (job.kind) {
    case 'authorization_expiry':
      return expireAuthorization(call, job.reference);
    case 'balance_transaction':
      return settleLater(call, job.reference);
    case 'refund_succeeds':
      return succeedRefund(call, job.reference);
    case 'refund_fails':
      return failRefund(call, job.reference);
    case 'dispute':
      return disputeByCard(call, job.reference);
    case 'dispute_won':
      return void winDispute(call, job.reference);
    case 'dispute_lost':
      return void loseDispute(call, job.reference);
    case 'inquiry_escalates':
      return void escalateInquiry(call, job.reference);
    case 'processing_ends':
      return endProcessing(call, job.reference);
  }
}
