/** One mend of one difference: what a person asked for is done, looked at again, and its outcome written down. */

import { executeChild, ParentClosePolicy } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { MendStep } from '../workers/reconciliation/mend.ts';
import { endMend, mendDifference } from './activities.ts';
import { createMailbox } from './mailbox.ts';
import { refundWorkflowId, type MendInput } from './messages.ts';
import { refund } from './refund.ts';

/** Does what the mend's row says. Money goes back through the workflow of its refund. */
export async function mend({ mendId }: MendInput): Promise<MendStep['outcome']> {
  const step = await mendDifference({ mendId }).catch((): MendStep => ({
    outcome: 'failed',
    note: 'it was tried for five minutes',
    refunds: [],
    orderId: null,
  }));
  const made = await Promise.all(step.refunds.map(giveBack));
  const isRefused = made.includes('failed');
  const { outcome } = await endMend({
    mendId,
    outcome: isRefused ? 'failed' : step.outcome,
    note: isRefused ? 'Stripe refused the refund' : step.note,
  });
  if (step.orderId !== null) {
    const mailbox = createMailbox(step.orderId);
    mailbox.send();
    await mailbox.emptied();
  }
  return outcome;
}

async function giveBack(input: MendStep['refunds'][number]): Promise<string> {
  try {
    const made = await executeChild(refund, {
      workflowId: refundWorkflowId(input.refundId),
      args: [input],
      staticSummary: 'Refund of money that was taken without an order',
      parentClosePolicy: ParentClosePolicy.ABANDON,
    });
    return made.status;
  } catch (error) {
    // Stripe's own news of the payment were quicker.
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'pending';
    throw error;
  }
}
