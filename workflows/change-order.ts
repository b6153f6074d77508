/** A change of a confirmed order: the steps of placing, and their undos, in the order's own workflow (ADR 28). */

import { condition } from '@temporalio/workflow';
import { MOST_CHANGE_MS, type ChangeEndReason } from '../domain/order-change.ts';
import type { ChangeHeld } from '../temporal/orders/activities.ts';
import {
  applyChange,
  captureChange,
  closeChange,
  giveUpChange,
  holdChange,
  raiseAttention,
  voidPayments,
} from './activities.ts';
import type { Mailbox } from './mailbox.ts';
import { makeRefund } from './make-refund.ts';
import type { OrderState } from './order-state.ts';
import { createShare } from './share.ts';

/** Refunds of a change are found by its order. */
const REFUND = 'Refund of what was taken off an order';

/** An order whose change is to be carried out, and the shop's time to pay. */
interface ChangedOrder {
  readonly orderId: string;
  readonly holdMs: number;
}

/**
 * Carries out the open change: holds what it adds, authorizes the difference, applies it, captures, refunds; or gives it
 * up with everything undone. Nothing of the order moves before it is applied. Afterwards no change is open.
 */
export async function carryOutChange(
  { orderId, holdMs }: ChangedOrder,
  changeId: string,
  state: OrderState,
  mailbox: Mailbox,
): Promise<void> {
  const change = { orderId, changeId };
  const held = await holdChange({ ...change, holdMs: Math.min(holdMs, MOST_CHANGE_MS) });
  state.learn(held.order);
  const problem = held.reason ?? (hasMovedOn() ? 'order_moved_on' : await authorize(held));
  await (problem ? giveUp(problem) : apply());

  async function apply(): Promise<void> {
    const applied = await applyChange(change);
    state.learn(applied.order);
    if (applied.reason) return giveUp(applied.reason);
    if (applied.isToCapture) state.learn((await captureChange(change)).order);
    await finish(applied.refundIds);
  }

  /** Resolves with why it was not paid; undefined: it is authorized. */
  async function authorize({ toPay, deadline }: ChangeHeld): Promise<ChangeEndReason | undefined> {
    if (!toPay || toPay.isPaid) return undefined;
    const share = createShare(toPay.shareId, orderId, state, changeId);
    share.pay({ attemptId: toPay.attemptId });
    share.collect(deadline);
    const isDecided = () => share.isPaid || !share.isTrying || hasMovedOn();
    const isInTime = await condition(isDecided, Math.max(1, deadline - Date.now()));
    await share.stop();
    if (hasMovedOn()) return 'order_moved_on';
    if (share.isPaid) return undefined;
    return isInTime ? 'payment_declined' : 'payment_deadline';
  }

  function hasMovedOn(): boolean {
    return state.status !== 'confirmed' || state.cancelRequest !== undefined;
  }

  /** The record decides first, so that no other run pays or applies what is undone here. */
  async function giveUp(reason: ChangeEndReason): Promise<void> {
    const { toPay, shortages } = held;
    const { closed, order } = await closeChange(change);
    state.learn(order);
    // Another run was first.
    if (closed === 'applied') return apply();
    if (closed === 'given_up') return finish([]);
    const { captured } = toPay ? await voidAll(toPay.shareId) : { captured: [] };
    const ended = await giveUpChange({ ...change, reason, ...(shortages && { shortages }), captured });
    state.learn(ended.order);
    await finish(ended.refundIds);
  }

  async function voidAll(shareId: string) {
    try {
      return await voidPayments({ orderId, shareId });
    } catch {
      state.learn(await raiseAttention({ orderId, reason: 'void_failed' }));
      return { captured: [] };
    }
  }

  /** Each refund asks for a person itself when it fails. */
  async function finish(refundIds: readonly string[]): Promise<void> {
    state.changeId = undefined;
    const { hasUntriedMails } = await state.catchUp();
    if (hasUntriedMails) mailbox.send();
    await Promise.all(refundIds.map((refundId) => makeRefund({ orderId, refundId }, REFUND)));
  }
}
