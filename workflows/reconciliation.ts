/** Our records, Stripe and Temporal compared both ways; what differs is written down for a person to have mended. */

import { workflowInfo } from '@temporalio/workflow';
import {
  beginReconciliation,
  compareIntents,
  comparePayments,
  compareWorkflows,
  endReconciliation,
  failReconciliation,
  findOverdueHolds,
  findUnknownOutcomes,
} from './activities.ts';
import type { ReconciliationInput } from './messages.ts';

/** One run. What needs Temporal and our databases alone comes first: it is found while Stripe is away, too. */
export async function reconciliation(
  input: ReconciliationInput,
): Promise<{ found: number; closed: number } | { failed: true }> {
  const run = { reconciliationId: workflowInfo().runId };
  await beginReconciliation({ ...run, startedBy: input.startedBy });
  try {
    const workflows = await compareWorkflows(run);
    await findOverdueHolds(run);
    await findUnknownOutcomes(run);
    const intents = await compareIntents(run);
    const payments = await comparePayments(run);
    return await endReconciliation({
      ...run,
      compared: {
        workflows: workflows.compared,
        intents: intents.compared,
        payments: payments.compared,
      },
    });
  } catch {
    // Stripe was away for long: the run says so, and the next one comes by itself.
    await failReconciliation(run);
    return { failed: true };
  }
}
