import { executeChild, ParentClosePolicy } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { RefundStatus } from '../domain/payment.ts';
import { refundWorkflowId, type RefundInput } from '../temporal/refunds/messages.ts';
import { refund } from './refund.ts';

/**
 * Has a refund made by the workflow of its own, which goes on when this one ends. Resolves with how it went: `pending`,
 * too, where that workflow was started by somebody else before.
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
