/**
 * Compares our records, Stripe and Temporal in both directions; differences are recorded for a person to mend, except
 * those that need no decision.
 */

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

/**
 * Runs one reconciliation. Comparisons that need only Temporal and our databases come first: they work during an outage
 * of Stripe, too.
 */
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
    // Stripe was unavailable for long, or the run was canceled: this is recorded, and the next run starts on schedule.
    await CancellationScope.nonCancellable(() => failReconciliation(run));
    return { failed: true };
  }
}
