import { executeChild, ParentClosePolicy } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { RefundStatus } from '../domain/payment.ts';
import { refundWorkflowId, type RefundInput } from '../temporal/refunds/messages.ts';
import { refund } from './refund.ts';

/**
 * Makes a refund through a separate workflow, which outlives this one. Resolves with its status, or `pending` if that
 * workflow had already been started elsewhere.
 */
export async function makeRefund(input: RefundInput, summary: string): Promise<RefundStatus> {
  try {
    const { status } = await executeChild(refund, {
      workflowId: refundWorkflowId(input.refundId),
      args: [input],
      staticSummary: summary,
      parentClosePolicy: ParentClosePolicy.ABANDON,
    });
    return status;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'pending';
    throw error;
  }
}
