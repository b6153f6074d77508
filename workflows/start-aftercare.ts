/** How those who hear from Stripe pass it on; no part of any workflow. */

import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import {
  aftercareWorkflowId,
  ORDERS_QUEUE,
  orderWorkflowId,
  paymentChanged,
  type AftercareInput,
} from './messages.ts';

/**
 * Passes an event on: to the order's workflow as a signal, or, where that has ended or does not wait for it, to an
 * aftercare workflow of its own, one per event. Returns whether it is seen to with that, so that nobody else need.
 * Safe to repeat. Throws when Temporal does not answer.
 */
export async function passOnNews(
  temporal: Client,
  news: { eventId: string; orderId: string; paymentId: string; to: 'order' | 'aftercare' },
): Promise<boolean> {
  const { eventId, orderId, paymentId } = news;
  if (news.to === 'order' && (await signalOrder(temporal, orderId, paymentId))) return true;
  await startAftercare(temporal, eventId, { orderId, paymentId, eventId });
  return false;
}

async function signalOrder(temporal: Client, orderId: string, paymentId: string): Promise<boolean> {
  try {
    await temporal.workflow.getHandle(orderWorkflowId(orderId)).signal(paymentChanged, { paymentId });
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** Starts a review of a payment. `cause` is started once; a later review of the same payment has another cause. */
export async function startAftercare(temporal: Client, cause: string, input: AftercareInput): Promise<void> {
  try {
    await temporal.workflow.start('aftercare', {
      workflowId: aftercareWorkflowId(cause),
      taskQueue: ORDERS_QUEUE,
      args: [input],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'USE_EXISTING',
      staticSummary: 'Stripe has news of a payment that nobody waits for',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
