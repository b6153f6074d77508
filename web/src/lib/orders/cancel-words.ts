import * as m from '#messages';
import { hasEnded, type OrderStatus } from '#domain/order.ts';

/** Returns why a guest cannot cancel an order in this status. */
export function tooLateWords(status: OrderStatus): string {
  if (status === 'placing' || status === 'capturing') return m.order.lateCapturing();
  if (status === 'canceled') return m.order.lateCanceled();
  if (hasEnded(status)) return m.order.lateEnded();
  return m.order.lateStarted();
}
