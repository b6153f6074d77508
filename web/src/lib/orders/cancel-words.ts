import * as m from '#messages';
import type { Order } from '#domain/contract/orders.ts';
import { hasEnded, type OrderStatus } from '#domain/order.ts';
import { wasCharged, wayBack } from './money-back.ts';

/** What a page says where an order can be canceled. */
export interface CancelWords {
  readonly action: string;
  readonly title: string;
  readonly text: string;
  readonly confirm: string;
  /** Why it is impossible by now. */
  readonly impossible: string;
  /** The order has moved on in the very moment. */
  readonly movedOn: string;
}

/** Returns the words for a person's own order. */
export function cancelWords(order: Order): CancelWords {
  const back = { card: m.order.cancelCard, cash: m.order.cancelCash, both: m.order.cancelBoth };
  return {
    action: m.order.cancel(),
    title: m.order.cancelTitle(),
    text: wasCharged(order) ? back[wayBack(order)]() : m.order.cancelFree(),
    confirm: m.order.cancelConfirm(),
    impossible: tooLateWords(order.status),
    movedOn: m.order.movedOn(),
  };
}

/** Returns why a guest cannot cancel an order in this status. */
function tooLateWords(status: OrderStatus): string {
  if (status === 'placing' || status === 'capturing') return m.order.lateCapturing();
  if (status === 'canceled') return m.order.lateCanceled();
  if (hasEnded(status)) return m.order.lateEnded();
  return m.order.lateStarted();
}
