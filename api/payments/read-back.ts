/** Has an order's workflow read a payment back from Stripe that waits, or waited, for its payer's bank. */

import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/common';
import { orderWorkflowId, paymentChanged } from '../../temporal/orders/messages.ts';
import { isUnreachable } from '../orders/workflow-updates.ts';

/** Tells the workflow; it polls, too, so a failure here only delays the payer. */
export async function readPaymentBack(
  temporal: Client,
  { orderId, paymentId }: { readonly orderId: string; readonly paymentId: string },
): Promise<void> {
  try {
    await temporal.workflow.getHandle(orderWorkflowId(orderId)).signal(paymentChanged, { paymentId });
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError) && !isUnreachable(error)) throw error;
  }
}
