/** Our records, Stripe and Temporal compared both ways; what differs is written down for a person to have mended, but for what nobody has to decide about. */

import { CancellationScope, workflowInfo } from '@temporalio/workflow';
import {
  beginReconciliation,
  compareBookings,
  compareIntents,
  compareOrders,
  compareOtherWorkflows,
  comparePayments,
  compareWorkflows,
  endReconciliation,
  failReconciliation,
  findOverdueHolds,
  findUnknownOutcomes,
  mendDecided,
} from './activities.ts';
import type { ReconciliationInput } from '../temporal/reconciliation/messages.ts';

/** One run. What needs Temporal and our databases alone comes first: it is found while Stripe is away, too. */
export async function reconciliation(
  input: ReconciliationInput,
): Promise<{ found: number; closed: number } | { failed: true }> {
  const run = { reconciliationId: workflowInfo().runId };
  await beginReconciliation({ ...run, startedBy: input.startedBy });
  try {
    const orderWorkflows = await compareWorkflows(run);
    const otherWorkflows = await compareOtherWorkflows(run);
    await findOverdueHolds(run);
    await findUnknownOutcomes(run);
    const orders = await compareOrders(run);
    const intents = await compareIntents(run);
    const payments = await comparePayments(run);
    const bookings = await compareBookings(run);
    await mendDecided(run);
    return await endReconciliation({
      ...run,
      compared: {
        workflows: orderWorkflows.compared + otherWorkflows.compared,
        orders: orders.compared,
        intents: intents.compared,
        payments: payments.compared,
        bookings: bookings.compared,
      },
    });
  } catch {
    // Stripe was away for long, or somebody ended the run: it says so, and the next one comes by itself.
    await CancellationScope.nonCancellable(() => failReconciliation(run));
    return { failed: true };
  }
}
