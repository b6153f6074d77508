/** A refund, always a short workflow of its own: makes at Stripe what was reserved in the database. */

import { issueRefund, raiseAttention, restockRefund } from './activities.ts';
import { findThisBy } from './found-by.ts';
import { createMailbox } from './mailbox.ts';
import type { IssuedRefund } from '../temporal/refunds/activities.ts';
import type { RefundInput } from '../temporal/refunds/messages.ts';
import type { RefundStatus } from '../domain/payment.ts';
import { tellOrder } from './tell-order.ts';

/** Makes the refund and notifies the customer. A final refusal by Stripe is a result, and asks for a person. */
export async function refund(input: RefundInput): Promise<{ status: RefundStatus }> {
  const { orderId, refundId } = input;
  const mailbox = createMailbox(orderId);
  const { status, sought } = await issueRefund({ refundId }).catch(async (): Promise<IssuedRefund> => {
    await raiseAttention({ orderId, reason: 'refund_failed', cause: refundId });
    return { status: 'failed' };
  });
  findThisBy(sought);
  if (status === 'failed') await tellOrder(orderId);
  // A refund that is pending at Stripe has left our balance; aftercare receives its outcome.
  if (status !== 'failed') await restockRefund({ refundId });
  mailbox.send();
  await mailbox.emptied();
  return { status };
}
