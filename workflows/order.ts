/** The life of an order, from its hold to its end. One workflow per order, for its whole life. */

import { allHandlersFinished, condition } from '@temporalio/workflow';
import type { AttentionReason } from '../domain/failures.ts';
import { hasEnded, type EndReason, type OrderStatus } from '../domain/order.ts';
import type { ChangeEndReason } from '../domain/order-change.ts';
import type { CancelWish } from '../domain/standing.ts';
import {
  captureAndConfirm,
  closeOrder,
  decideQuestion,
  endOrder,
  holdOrder,
  raiseAttention,
  releaseStock,
  voidPayments,
} from './activities.ts';
import { collectShares, type Collected } from './collect.ts';
import { createCompensations } from './compensations.ts';
import { createMailbox } from './mailbox.ts';
import { makeRefund } from './make-refund.ts';
import type { OrderInput } from '../temporal/orders/messages.ts';
import { coverUnpaid, dropUnpaid } from './settle-unpaid.ts';
import { carryOutChange } from './change-order.ts';
import { carryOutUnpaidChange, endUnpaidChange } from './change-unpaid.ts';
import { takeMessages } from './order-messages.ts';
import { trackOrder, type OrderState } from './order-state.ts';

/** The result of the order's workflow. A workflow that fails is a bug; every business outcome is a result. */
export interface OrderResult {
  readonly status: OrderStatus;
  readonly reason?: EndReason;
}

/**
 * Holds the stock, collects every share until the deadline, captures them, confirms the order and follows its
 * preparation to the end. When a later step fails, completed steps are undone, last first.
 *
 * The record decides the next step, since each step returns it: a step that runs again, or concurrently with another
 * run, recognizes that it is done, and the workflow continues from where the order then stands. So does a workflow that
 * is resumed from the order's record.
 */
export async function order(input: OrderInput): Promise<OrderResult> {
  const { orderId, attempts = [] } = input;
  const mailbox = createMailbox(orderId);
  const state = trackOrder(input);
  const undo = createCompensations();
  let deadline = Date.now() + input.holdMs;
  let reason: EndReason | undefined;
  let isSold = false;
  let isEndSeenTo = false;

  takeMessages(input, state, mailbox);
  undo.add('stock_not_released', () => releaseStock({ orderId, restock: false }));
  undo.add('void_failed', voidPaymentsAndKeepWhatWasCaptured);
  if (input.resumeFrom) await resume();
  while (!hasEnded(state.status)) await goOn();
  if (!isEndSeenTo) await seeToRecordedEnd();
  state.show();
  do {
    await condition(allHandlersFinished);
    await mailbox.emptied();
  } while (!allHandlersFinished());
  return { status: state.status, ...(reason !== undefined && { reason }) };

  function goOn(): Promise<void> {
    switch (state.status) {
      case 'placing':
        return hold();
      case 'awaiting_payment':
        return collect();
      case 'capturing':
        return capture();
      default:
        return isSold ? follow() : capture();
    }
  }

  async function hold(): Promise<void> {
    const payLater = attempts.length === 0 && !input.paidAfter;
    const held = await holdOrder({ orderId, holdMs: input.holdMs, payLater });
    state.learn(held.order);
    state.learnShares(held.shares);
    makeAttempts();
    deadline = held.deadline ?? deadline;
    reason = held.reason;
    if (payLater && state.status === 'awaiting_payment') mailbox.send();
  }

  async function resume(): Promise<void> {
    if (input.isNew) state.learnShares(attempts.map(({ shareId }) => ({ id: shareId, isPaid: false })));
    else if ((await state.catchUp()).hasUntriedMails) mailbox.send();
    makeAttempts();
  }

  /** Starts the attempts on known shares, each once. */
  function makeAttempts(): void {
    for (const { shareId, attemptId } of attempts) {
      const share = state.shares.get(shareId);
      if (share && !share.isPaid) share.pay({ attemptId, cameWithOrder: true });
    }
  }

  async function collect(): Promise<void> {
    if (state.changeId !== undefined) await carryOutUnpaidChange(orderId, state.changeId, state);
    const collected = await collectShares(deadline, state, { onlyAttempts: input.chargesCard === true });
    if (state.changeId !== undefined)
      await endUnpaidChange(orderId, { changeId: state.changeId, reason: whyUnchanged(collected) }, state);
    if (collected === 'authorized') return capture();
    if (collected === 'canceled') return giveUp(reasonOf(state.cancelRequest));
    if (collected === 'moved_on') return;
    // It may have more time, or be paid by now: then it is collected again.
    if (!state.isEmpty && (await settleUnpaid())) return;
    // Somebody may have canceled it meanwhile, and was told so.
    return giveUp(state.cancelRequest ? reasonOf(state.cancelRequest) : 'payment_deadline');
  }

  /** Does with what is unpaid at the deadline what the round's host has chosen. Resolves with whether it goes on. */
  async function settleUnpaid(): Promise<boolean> {
    if (input.onDeadline === undefined) return false;
    const settled = await (input.onDeadline === 'drop_unpaid' ? dropUnpaid : coverUnpaid)(orderId, state);
    if (settled === 'given_up') return false;
    if (settled !== 'paid') deadline = settled.deadline;
    state.takesPayments = true;
    mailbox.send();
    return true;
  }

  /** Returns at once if the order has moved on, except that its goods may not be marked as sold yet. */
  async function capture(): Promise<void> {
    const { captured, failed, order, isMailed } = await captureAndConfirm({
      orderId,
      ...(input.kind && { kind: input.kind }),
    });
    state.learn(order);
    state.captured = captured;
    if (failed.length > 0) return giveUp('capture_failed');
    isSold = true;
    if (isMailed !== false) mailbox.sendAtOnce();
  }

  async function follow(): Promise<void> {
    state.show();
    const { question } = state;
    const hasNews = () =>
      hasEnded(state.status) || state.cancelRequest !== undefined || state.changeId !== undefined;
    // With a question, it waits until its time is over; without one, no timer is started.
    if (question === undefined) await condition(() => hasNews() || state.question !== undefined);
    else
      await condition(
        () => hasNews() || isOther(state.question, question),
        Math.max(SOONEST_MS, question.deadline - Date.now()),
      );
    if (state.changeId !== undefined) return carryOutChange(input, state.changeId, state, mailbox);
    if (hasEnded(state.status)) return;
    if (state.cancelRequest === undefined) return decideDue(question);
    const { isSoldOut } = state.cancelRequest;
    const isEnded = await end(reasonOf(state.cancelRequest));
    // The order has passed the statuses in which the requester may cancel: it goes on.
    if (!isEnded) state.cancelRequest = undefined;
    // It may be asked again.
    if (!isEnded && isSoldOut) await state.catchUp();
  }

  /** Does what was chosen at ordering, if the time of the question is over and nothing of it has changed. */
  async function decideDue(question: OrderState['question']): Promise<void> {
    if (question === undefined || isOther(state.question, question)) return;
    state.learn((await decideQuestion({ orderId, questionId: question.id })).order);
    await state.catchUp();
  }

  /**
   * Ends an order that was not confirmed: undoes its steps, records the end, and refunds what was captured
   * nevertheless.
   */
  async function giveUp(why: EndReason): Promise<void> {
    // Decided in the record first, so that no other run continues what is undone here.
    const from = why === 'capture_failed' ? 'capturing' : 'awaiting_payment';
    const { isClosing, order } = await closeOrder({
      orderId,
      from,
      unlessPaid: why === 'payment_deadline' && !state.isEmpty,
    });
    state.learn(order);
    if (!isClosing) {
      // It has moved on, or was found paid at its deadline: an accepted cancellation is handled from there.
      await state.catchUp();
      return;
    }
    await undo.run(askForPerson);
    if (!(await end(why))) throw new Error(`order ${orderId} is ${state.status}: it could not be ended`);
  }

  /** Ends the order in the record, if that allows it, and handles the consequences. Resolves with whether it did. */
  async function end(why: EndReason): Promise<boolean> {
    const isRequested = why === reasonOf(state.cancelRequest);
    const ended = await endOrder({
      orderId,
      status: why === 'payment_deadline' ? 'expired' : 'canceled',
      reason: why,
      captured: isSold ? [] : state.captured,
      ...(isRequested && { cancelRequestId: state.cancelRequest?.cancelRequestId }),
    });
    state.learn(ended.order);
    if (ended.changeId !== undefined) {
      const { changeId } = ended;
      await (isSold
        ? carryOutChange(input, changeId, state, mailbox)
        : endUnpaidChange(orderId, { changeId, reason: 'order_moved_on' }, state));
      return end(why);
    }
    if (!hasEnded(state.status)) return false;
    reason = why;
    if (why === 'capture_failed') await askForPerson(why);
    await seeToEnd(ended);
    return true;
  }

  /** Handles the consequences of an end that a lost or concurrent run has recorded. */
  async function seeToRecordedEnd(): Promise<void> {
    if (state.changeId !== undefined) await carryOutChange(input, state.changeId, state, mailbox);
    if (state.status === 'completed' && !isSold) await capture();
    if (state.status !== 'expired' && state.status !== 'canceled') return;
    reason = state.status === 'expired' ? 'payment_deadline' : reasonOf(state.cancelRequest);
    const ended = await endOrder({ orderId, status: state.status, reason });
    await releaseStock({ orderId, restock: ended.restock });
    await seeToEnd({ ...ended, restock: false });
  }

  async function seeToEnd({
    restock,
    refundIds,
    elsewhere = [],
  }: Awaited<ReturnType<typeof endOrder>>): Promise<void> {
    isEndSeenTo = true;
    if (restock) await releaseStock({ orderId, restock });
    state.show();
    mailbox.send();
    // Each refund asks for a person itself when it fails.
    const summary = 'Refund of an order that was canceled';
    await Promise.all([
      ...refundIds.map((refundId) => makeRefund({ orderId, refundId }, summary)),
      ...elsewhere.map((refund) => makeRefund(refund, summary, { tabId: input.tabId })),
    ]);
  }

  async function voidPaymentsAndKeepWhatWasCaptured(): Promise<void> {
    const voided = await voidPayments({ orderId });
    const known = new Set(state.captured.map(({ paymentId }) => paymentId));
    state.captured = [...state.captured, ...voided.captured.filter(({ paymentId }) => !known.has(paymentId))];
  }

  /** The host of a tab takes a round back that was not paid yet: what it had is in the basket again. */
  function reasonOf(cancelRequest: CancelWish | undefined): EndReason {
    if (cancelRequest?.isSoldOut) return 'sold_out';
    if (cancelRequest?.by !== 'host') return 'canceled_by_agent';
    const isRound = input.tabId !== undefined && input.kind !== 'settlement';
    return isRound && !isSold ? 'taken_back' : 'canceled_by_host';
  }

  async function askForPerson(reason: AttentionReason): Promise<void> {
    state.learn(await raiseAttention({ orderId, reason }));
    state.show();
  }
}

/** A question whose time is over is decided again after that long, if it could not be. */
const SOONEST_MS = 500;

/** Why a change is given up that was not agreed to while its order was collected. */
function whyUnchanged(collected: Collected): ChangeEndReason {
  if (collected === 'authorized') return 'being_paid';
  return collected === 'payment_deadline' ? 'not_agreed' : 'order_moved_on';
}

/** Whether a question is not the one that is waited for, or has another deadline by now. */
function isOther(one: OrderState['question'], other: NonNullable<OrderState['question']>): boolean {
  return one?.id !== other.id || one.deadline !== other.deadline;
}
