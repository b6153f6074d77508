/** One mend of one difference: what a person asked for is done, looked at again, and its outcome written down. */

import { executeChild, ParentClosePolicy, sleep } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { MendStep } from '../workers/reconciliation/mend.ts';
import { endMend, mendDifference } from './activities.ts';
import { createMailbox } from './mailbox.ts';
import { refundWorkflowId, type MendInput } from './messages.ts';
import { refund } from './refund.ts';
import { tellOrder } from './tell-order.ts';

/** How often it is tried when Stripe fails, a little later each time. */
const ATTEMPTS = 5;

type Outcome = Exclude<MendStep['outcome'], 'again'>;

/** Does what the mend's row says. Money goes back through the workflow of its refund. */
export async function mend({ mendId }: MendInput): Promise<Outcome> {
  const step = await tryToMend(mendId);
  const made = await Promise.all(step.refunds.map(giveBack));
  const isRefused = made.includes('failed');
  const { outcome } = await endMend({
    mendId,
    outcome: isRefused || step.outcome === 'again' ? 'failed' : step.outcome,
    note: isRefused ? 'Stripe refused the refund' : step.note,
  });
  if (step.orderId !== null) {
    await tellOrder(step.orderId);
    const mailbox = createMailbox(step.orderId);
    mailbox.send();
    await mailbox.emptied();
  }
  return outcome;
}

async function tryToMend(mendId: string): Promise<MendStep> {
  for (let attempt = 1; ; attempt += 1) {
    const step = await mendDifference({ mendId, attempt }).catch((): MendStep => ({
      outcome: 'failed',
      note: 'it was tried for five minutes',
      refunds: [],
      orderId: null,
    }));
    if (step.outcome !== 'again' || attempt === ATTEMPTS) return step;
    await sleep(`${attempt} seconds`);
  }
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
