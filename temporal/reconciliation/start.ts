import type { Client } from '@temporalio/client';
import { attributesOfOrder, type OrderSought } from '../search-attributes.ts';
import { startWorkflow } from '../start.ts';
import { mendWorkflowId, RECONCILIATION_NOW, RECONCILIATION_TIMEOUT } from './messages.ts';

/** Starts a requested run, or joins the one in progress. Resolves with its id. */
export async function startReconciliation(temporal: Client, startedBy: string): Promise<string> {
  const runId = await startWorkflow(temporal, {
    type: 'reconciliation',
    workflowId: RECONCILIATION_NOW,
    input: { startedBy },
    workflowRunTimeout: RECONCILIATION_TIMEOUT,
    summary: 'Our records against Stripe and Temporal, as staff asked',
    again: true,
  });
  return runId!;
}

/** Starts the workflow of a mend, found by the order that it is `of`, if any. Resolves with whether it is running: false when it has already ended. */
export async function startMendWorkflow(
  temporal: Client,
  mend: { id: string; differenceId: string; number: number; action: string },
  of: OrderSought,
): Promise<boolean> {
  const runId = await startWorkflow(temporal, {
    type: 'mend',
    workflowId: mendWorkflowId(mend.differenceId, mend.number),
    input: { mendId: mend.id },
    summary: `An admin asked for: ${mend.action.replace('_', ' ')}`,
    typedSearchAttributes: attributesOfOrder(of),
  });
  return runId !== undefined;
}
