import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import { ORDERS_QUEUE, refundWorkflowId, type RefundInput } from './messages.ts';

/**
 * Starts the workflow of a refund that is reserved; one that runs or has ended is left as it is. No part of any
 * workflow. Throws when Temporal does not answer.
 */
export async function startRefund(temporal: Client, input: RefundInput): Promise<void> {
  try {
    await temporal.workflow.start('refund', {
      workflowId: refundWorkflowId(input.refundId),
      taskQueue: ORDERS_QUEUE,
      args: [input],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      staticSummary: 'Refund made by staff',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
