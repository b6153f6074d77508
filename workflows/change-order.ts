/** A change of a confirmed order: the steps of placing, and their undos, in the order's own workflow (ADR 28). */

import type { ChangeEndReason } from '../domain/order-change.ts';
import { hasEnded } from '../domain/order.ts';
import { applyChange, captureChange, closeChange, giveUpChange, holdChange } from './activities.ts';
import { settleChange, voidShares } from './settle-change.ts';
import type { Mailbox } from './mailbox.ts';
import { makeRefund } from './make-refund.ts';
import type { OrderState } from './order-state.ts';

/** Refunds of a change are found by its order. */
const REFUND = 'Refund of what was taken off an order';

/** An order whose change is to be carried out, and the shop's time to pay. */
interface ChangedOrder {
  readonly orderId: string;
  readonly holdMs: number;
}

/**
 * Carries out the open change: holds what it adds, waits until everybody has agreed and every share of it is authorized,
 * applies it, captures, refunds; or gives it up with everything undone. Nothing of the order moves before it is applied.
 * Afterwards no change is open.
 */
export async function carryOutChange(
  { orderId, holdMs }: ChangedOrder,
  changeId: string,
  state: OrderState,
  mailbox: Mailbox,
): Promise<void> {
  const change = { orderId, changeId };
  const held = await holdChange({ ...change, holdMs });
  state.learn(held.order);
  const problem = held.reason ?? (await settleChange({ ...change, held, hasMovedOn }, state));
  await (problem ? giveUp(problem) : apply());

  async function apply(): Promise<void> {
    const applied = await applyChange(change);
    state.learn(applied.order);
    if (applied.reason) return giveUp(applied.reason);
    if (applied.isToCapture) state.learn((await captureChange(change)).order);
    await finish(applied.refundIds);
  }

  /** A guest's change ends when the kitchen starts, any with the order. */
  function hasMovedOn(): boolean {
    const isOver = held.meetsAdvance ? hasEnded(state.status) : state.status !== 'confirmed';
    return isOver || state.cancelRequest !== undefined;
  }

  /** The record decides first, so that no other run pays or applies what is undone here. */
  async function giveUp(reason: ChangeEndReason): Promise<void> {
    const { toPay, shortages } = held;
    const { closed, order } = await closeChange({ ...change, reason });
    state.learn(order);
    // Another run was first.
    if (closed === 'applied') return apply();
    if (closed === 'given_up') return finish([]);
    const captured = await voidShares(toPay, orderId, state);
    const ended = await giveUpChange({ ...change, reason, ...(shortages && { shortages }), captured });
    state.learn(ended.order);
    await finish(ended.refundIds);
  }

  /** Each refund asks for a person itself when it fails. */
  async function finish(refundIds: readonly string[]): Promise<void> {
    state.changeId = undefined;
    state.change = undefined;
    const { hasUntriedMails } = await state.catchUp();
    if (hasUntriedMails) mailbox.send();
    await Promise.all(refundIds.map((refundId) => makeRefund({ orderId, refundId }, REFUND)));
  }
}
