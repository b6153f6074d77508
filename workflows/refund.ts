/** A refund, always a short workflow of its own: makes at Stripe what was reserved in the database. */

import { issueRefund, raiseAttention, restockRefund } from './activities.ts';
import { createMailbox } from './mailbox.ts';
import type { RefundInput } from '../temporal/refunds/messages.ts';
import { tellOrder } from './tell-order.ts';

/** Makes the refund and notifies the customer. A final refusal by Stripe is a result, and asks for a person. */
export async function refund(input: RefundInput): Promise<{ status: 'pending' | 'succeeded' | 'failed' }> {
  const { orderId, refundId } = input;
  const mailbox = createMailbox(orderId);
  const issued = await issueRefund({ refundId }).catch(async () => {
    await raiseAttention({ orderId, reason: 'refund_failed', cause: refundId });
    return { status: 'failed' as const };
  });
  if (issued.status === 'failed') await tellOrder(orderId);
  // A refund that is pending at Stripe has left our balance; aftercare receives its outcome.
  if (issued.status !== 'failed') await restockRefund({ refundId });
  mailbox.send();
  await mailbox.emptied();
  return issued;
}
