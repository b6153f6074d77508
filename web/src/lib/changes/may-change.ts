import type { Order, Viewer } from '#domain/contract/orders.ts';
import { findTransition } from '#domain/order.ts';

/** Returns whether the viewer may change what she has in an order, as long as it is as it is. */
export function mayChange(order: Order, viewer: Viewer | null): boolean {
  return (
    viewer !== null &&
    viewer.may.includes('order.change') &&
    order.participants.some(({ id }) => id === viewer.participantId) &&
    order.kind !== 'settlement' &&
    findTransition(order.status, 'change', 'host') !== undefined
  );
}

/** Returns whether she may say where it goes: of a round its host does. */
export function mayMove(order: Order, viewer: Viewer | null): boolean {
  return order.place !== null && (order.tab === null || viewer?.role === 'host');
}

/** Returns whether a difference is paid, or given back, with the change. Else it only changes what is to pay. */
export function isSettledAtOnce({ paidAfter, status }: Pick<Order, 'paidAfter' | 'status'>): boolean {
  return !paidAfter && status !== 'awaiting_payment';
}

/** When a difference is paid: with the change, with the tab, or with the order, which is not paid yet. */
export type WayToPay = 'now' | 'tab' | 'later';

/** Returns when what a change of the order costs is paid. */
export function wayToPay(order: Pick<Order, 'paidAfter' | 'status'>): WayToPay {
  if (isSettledAtOnce(order)) return 'now';
  return order.paidAfter ? 'tab' : 'later';
}
