/** Handles news from Stripe that the order's workflow no longer waits for, or that was caused without us. */

import { reviewPayment } from './activities.ts';
import { findThisBy } from './found-by.ts';
import { createMailbox } from './mailbox.ts';
import { makeRefund } from './make-refund.ts';
import type { AftercareInput } from '../temporal/payments/messages.ts';
import { tellOrder } from './tell-order.ts';

/** Reads the payment back from Stripe, books what is new, and refunds late money. */
export async function aftercare(input: AftercareInput): Promise<void> {
  const mailbox = createMailbox(input.orderId);
  const { refundIds, isAttentionChanged, sought } = await reviewPayment(input);
  findThisBy(sought);
  if (isAttentionChanged) await tellOrder(input.orderId);
  const { orderId } = input;
  const summary = 'Refund of a payment that came too late';
  await Promise.all(refundIds.map((refundId) => makeRefund({ orderId, refundId }, summary)));
  mailbox.send();
  await mailbox.emptied();
}
