import type { Client } from '@temporalio/client';
import { attributesOfOrder, type OrderSought } from '../search-attributes.ts';
import { startWorkflow, type WorkflowStart } from '../start.ts';
import { memoOfWork } from '../work.ts';
import { refundWorkflowId, type RefundInput } from './messages.ts';

/**
 * Starts the workflow of a reserved refund, found by the order that it is `of`; a running or closed one is left as it is, unless it may be started `again`.
 * Throws when Temporal does not answer.
 */
export async function startRefund(
  temporal: Client,
  input: RefundInput,
  of: OrderSought,
  options: Pick<WorkflowStart<'refund'>, 'again'> = {},
): Promise<void> {
  await startWorkflow(temporal, {
    ...options,
    memo: memoOfWork(input),
    type: 'refund',
    workflowId: refundWorkflowId(input.refundId),
    input,
    summary: 'Refund of an order',
    typedSearchAttributes: attributesOfOrder(of),
  });
}
