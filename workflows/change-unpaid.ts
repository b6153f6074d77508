/** A change of an order that awaits its payment: what it holds and what is to be paid become others (ADR 28). */

import { changeUnpaid, voidPayments } from './activities.ts';
import type { OrderState } from './order-state.ts';

/**
 * Carries out the open change, or gives it up. A payment that was declined could still be confirmed by its page: it is voided
 * first. Afterwards no change is open.
 */
export async function carryOutUnpaidChange(
  orderId: string,
  changeId: string,
  state: OrderState,
): Promise<void> {
  for (let openShareId: string | undefined, isFirst = true; isFirst || openShareId; isFirst = false) {
    if (openShareId) await voidPayments({ orderId, shareId: openShareId });
    const changed = await changeUnpaid({ orderId, changeId });
    state.learn(changed.order);
    openShareId = changed.openShareId;
  }
  state.changeId = undefined;
  // Nothing may be left to pay of it.
  await state.catchUp();
}
