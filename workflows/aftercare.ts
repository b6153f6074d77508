/** What Stripe tells of an order whose workflow waits for nothing any more, or of what was done without us. */

import { executeChild, ParentClosePolicy } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { reviewPayment } from './activities.ts';
import { createMailbox } from './mailbox.ts';
import { refundWorkflowId, type AftercareInput } from './messages.ts';
import { refund } from './refund.ts';
import { tellOrder } from './tell-order.ts';

/** Reads the payment back from Stripe, books what is new of it, and gives back what came too late. */
export async function aftercare(input: AftercareInput): Promise<void> {
  const mailbox = createMailbox(input.orderId);
  const { refundIds, isAttentionChanged } = await reviewPayment(input);
  if (isAttentionChanged) await tellOrder(input.orderId);
  await Promise.all(refundIds.map(giveBack));
  mailbox.send();
  await mailbox.emptied();

  async function giveBack(refundId: string): Promise<void> {
    try {
      await executeChild(refund, {
        workflowId: refundWorkflowId(refundId),
        args: [{ orderId: input.orderId, refundId }],
        staticSummary: 'Refund of a payment that came too late',
        parentClosePolicy: ParentClosePolicy.ABANDON,
      });
    } catch (error) {
      // Another event of the same payment was quicker.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }
}
