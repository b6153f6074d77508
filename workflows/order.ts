/** The life of an order, from its hold to its end. One workflow per order, for its whole life. */

import { allHandlersFinished, condition, executeChild, ParentClosePolicy } from '@temporalio/workflow';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { AttentionReason } from '../domain/failures.ts';
import type { EndReason } from '../domain/order.ts';
import type { EndRefunds } from '../domain/payment.ts';
import {
  captureAndConfirm,
  endOrder,
  holdOrder,
  raiseAttention,
  readRestock,
  releaseStock,
  voidPayments,
} from './activities.ts';
import { createCompensations } from './compensations.ts';
import { createMailbox } from './mailbox.ts';
import { refundWorkflowId, type OrderInput } from './messages.ts';
import { trackOrder, type OrderState } from './order-state.ts';
import { collectPayment } from './payment.ts';
import { refund } from './refund.ts';

/** How the order's workflow ended. A workflow that fails is a bug; everything that may happen is a result. */
export interface OrderResult {
  readonly status: OrderState['status'];
  readonly reason?: EndReason;
}

/**
 * Holds the stock, collects the payment until the deadline, captures it, confirms the order and follows its
 * preparation to the end. What was done is undone, last first, when a later step says no. One that is resumed from
 * the order's record starts at the status it had.
 */
export async function order(input: OrderInput): Promise<OrderResult> {
  const { orderId } = input;
  const mailbox = createMailbox(orderId);
  const state = trackOrder(input, mailbox);
  const undo = createCompensations();

  undo.add('stock_not_released', () => releaseStock({ orderId, restock: false }));
  if (state.status === 'placing') {
    const held = await holdOrder({ orderId, holdMs: input.holdMs, payLater: !input.payRequestId });
    state.holdDecided(held);
    if (held.status === 'rejected') return finish('rejected', held.reason);
    if (!input.payRequestId) mailbox.send();
  }

  undo.add('void_failed', voidPaymentsAndKeepWhatWasCaptured);
  if (state.status === 'awaiting_payment') {
    const collected = await collectPayment(input, state);
    if (collected !== 'authorized') return giveUp(collected);
    state.moveTo('capturing');
  }

  // Of one that is resumed as confirmed, the goods may not be booked as sold yet; all else is found done.
  if (state.status === 'capturing' || state.status === 'confirmed') {
    const { captured, failed } = await captureAndConfirm({ orderId });
    state.captured = captured;
    if (failed.length > 0) return giveUp('capture_failed');
    state.moveTo('confirmed');
  }
  mailbox.sendAtOnce();

  await condition(() => state.status === 'completed' || state.cancelRequest !== undefined);
  if (state.cancelRequest) return cancelConfirmed();
  return finish('completed');

  /** Ends an order that was not confirmed: undo, write it down, give back what was captured all the same. */
  async function giveUp(reason: EndReason): Promise<OrderResult> {
    await undo.run(askForPerson);
    const status = reason === 'payment_deadline' ? 'expired' : 'canceled';
    const refunds = await endOrder({
      orderId,
      status,
      reason,
      captured: state.captured,
      cancelRequestId: state.cancelRequest?.cancelRequestId,
    });
    if (reason === 'capture_failed') await askForPerson('capture_failed');
    return giveBack(status, reason, refunds);
  }

  /** Cancels an order that was paid: refund all of it, and put the goods back on sale unless they were used. */
  async function cancelConfirmed(): Promise<OrderResult> {
    const { by, cancelRequestId } = state.cancelRequest!;
    const wasUntouched = state.status === 'confirmed';
    const restock = wasUntouched || (await readRestock({ cancelRequestId }));
    const reason = by === 'agent' ? 'canceled_by_agent' : 'canceled_by_host';
    const refunds = await endOrder({ orderId, status: 'canceled', reason, cancelRequestId });
    if (restock) await releaseStock({ orderId, restock });
    return giveBack('canceled', reason, refunds);
  }

  async function giveBack(
    status: 'expired' | 'canceled',
    reason: EndReason,
    { refundIds, returnsCash }: EndRefunds,
  ): Promise<OrderResult> {
    state.moveTo(status);
    if (returnsCash) state.needAttention('cash_to_return');
    mailbox.send();
    await Promise.all(refundIds.map(makeRefund));
    return finish(status, reason);
  }

  async function makeRefund(refundId: string): Promise<void> {
    try {
      const made = await executeChild(refund, {
        workflowId: refundWorkflowId(refundId),
        args: [{ orderId, refundId }],
        staticSummary: 'Refund of an order that was canceled',
        parentClosePolicy: ParentClosePolicy.ABANDON,
      });
      if (made.status === 'failed') state.needAttention('refund_failed');
    } catch (error) {
      // A refund that staff asked for before has its workflow already.
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
  }

  async function finish(status: OrderResult['status'], reason?: EndReason): Promise<OrderResult> {
    state.moveTo(status);
    await condition(allHandlersFinished);
    await mailbox.emptied();
    return { status, ...(reason !== undefined && { reason }) };
  }

  async function voidPaymentsAndKeepWhatWasCaptured(): Promise<void> {
    const voided = await voidPayments({ orderId });
    const known = new Set(state.captured.map(({ paymentId }) => paymentId));
    state.captured = [...state.captured, ...voided.captured.filter(({ paymentId }) => !known.has(paymentId))];
  }

  async function askForPerson(reason: AttentionReason): Promise<void> {
    state.needAttention(reason);
    await raiseAttention({ orderId, reason });
  }
}
