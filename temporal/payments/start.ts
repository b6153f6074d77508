/** Forwards Stripe's events to workflows. */

import type { Client } from '@temporalio/client';
import { paymentChanged } from '../orders/messages.ts';
import { signalOrder } from '../orders/signal.ts';
import { attributesOfOrder, type OrderSought } from '../search-attributes.ts';
import { startWorkflow } from '../start.ts';
import { aftercareWorkflowId, type AftercareInput } from './messages.ts';

/**
 * Forwards an event: to the order's workflow as a signal, or, if that has ended or does not wait for it, to a separate
 * aftercare workflow, one per event. Returns whether the event is thereby handled. Safe to repeat. Throws when Temporal
 * does not answer.
 */
export async function passOnNews(
  temporal: Client,
  news: OrderSought & { eventId: string; orderId: string; paymentId: string; to: 'order' | 'aftercare' },
): Promise<boolean> {
  const { eventId, orderId, paymentId } = news;
  if (news.to === 'order' && (await signalOrder(temporal, orderId, paymentChanged, { paymentId })))
    return true;
  await startAftercare(temporal, eventId, { orderId, paymentId, eventId }, news);
  return false;
}

/**
 * Starts a review of a payment, once per `cause`, found by the order that it is `of`; a later review of the same payment
 * has another cause.
 */
export async function startAftercare(
  temporal: Client,
  cause: string,
  input: AftercareInput,
  of: OrderSought,
): Promise<void> {
  await startWorkflow(temporal, {
    type: 'aftercare',
    workflowId: aftercareWorkflowId(cause),
    input,
    summary: 'Stripe has news of a payment that nobody waits for',
    typedSearchAttributes: attributesOfOrder(of),
  });
}
