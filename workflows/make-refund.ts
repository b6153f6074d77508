import {
  ChildWorkflowFailure,
  executeChild,
  ParentClosePolicy,
  TerminatedFailure,
} from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { RefundStatus } from '../domain/payment.ts';
import { refundWorkflowId, type RefundInput } from '../temporal/refunds/messages.ts';
import { attributesOfOrder, type OrderSought } from '../temporal/search-attributes.ts';
import { memoOfWork } from '../temporal/work.ts';
import { attributesOfThis } from './found-by.ts';
import { refund } from './refund.ts';

/**
 * Makes a refund through a separate workflow, which outlives this one and is found by the order that it is `of`: by
 * default, this one's. Resolves with its status, or `pending` if that workflow was started elsewhere, or was terminated
 * so that a mend could start it again.
 */
export async function makeRefund(
  input: RefundInput,
  summary: string,
  of?: OrderSought,
): Promise<RefundStatus> {
  try {
    const { status } = await executeChild(refund, {
      workflowId: refundWorkflowId(input.refundId),
      args: [input],
      staticSummary: summary,
      memo: memoOfWork(input),
      typedSearchAttributes: of ? attributesOfOrder(of) : attributesOfThis(),
      parentClosePolicy: ParentClosePolicy.ABANDON,
    });
    return status;
  } catch (error) {
    const isMadeElsewhere =
      error instanceof WorkflowExecutionAlreadyStartedError ||
      (error instanceof ChildWorkflowFailure && error.cause instanceof TerminatedFailure);
    if (isMadeElsewhere) return 'pending';
    throw error;
  }
}
