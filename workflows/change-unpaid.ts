/** A change of an order that awaits its payment: what it holds and what is to be paid become others (ADR 28). */

import { condition } from '@temporalio/workflow';
import type { ChangeEndReason } from '../domain/order-change.ts';
import { changeUnpaid, closeChange, voidPayments } from './activities.ts';
import type { OrderState } from './order-state.ts';

/**
 * Carries out the open change, or gives it up, as its record decides; or lets it wait for those who are to agree to it, while
 * the order goes on: then it is looked at again when one of them has answered, or paid, and ended with the collecting.
 * Payments that could still be confirmed by their pages are voided first.
 */
export async function carryOutUnpaidChange(
  orderId: string,
  changeId: string,
  state: OrderState,
): Promise<void> {
  for (;;) {
    const { order, openShareIds, waitsFor } = await changeUnpaid({ orderId, changeId });
    state.learn(order);
    if (waitsFor) return wait(waitsFor);
    if (!openShareIds) break;
    for (const shareId of openShareIds) await voidOpen(shareId);
  }
  if (state.changeId === changeId) state.changeId = undefined;
  if (state.asked?.changeId === changeId) state.asked = undefined;
  // Nothing may be left to pay of it.
  await state.catchUp();

  async function voidOpen(shareId: string): Promise<void> {
    const share = state.shares.get(shareId);
    await (share ? share.voidOpen() : voidPayments({ orderId, shareId }));
  }

  function wait(shareIds: readonly string[]): void {
    const isWatched = state.asked?.changeId === changeId;
    state.asked = { changeId, shareIds: shareIds.filter((id) => !state.shares.get(id)?.isPaid) };
    if (!isWatched) void watch();
  }

  /** Whoever pays what she was to pay decides that it stays. */
  async function watch(): Promise<void> {
    const isOver = () => state.asked?.changeId !== changeId;
    const isPaid = () => state.asked?.shareIds.some((id) => state.shares.get(id)?.isPaid) ?? false;
    await condition(() => isOver() || isPaid());
    if (isOver()) return;
    state.asked = undefined;
    await carryOutUnpaidChange(orderId, changeId, state);
  }
}

/** Ends a change that may wait for somebody: the order goes on. One that was applied meanwhile is finished. */
export async function endUnpaidChange(
  orderId: string,
  { changeId, reason }: { readonly changeId: string; readonly reason: ChangeEndReason },
  state: OrderState,
): Promise<void> {
  state.learn((await closeChange({ orderId, changeId, reason })).order);
  await carryOutUnpaidChange(orderId, changeId, state);
}
