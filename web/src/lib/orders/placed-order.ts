import type { PlacedOrder } from '../api/orders.ts';
import { readStored, writeStored } from '../browser/stored.ts';
import { rememberRunning } from './running-ids.ts';
import type { TipChoice } from '../checkout/tip.ts';

/** An order that was just placed. */
interface Placed {
  readonly answer: PlacedOrder;
  /** A card was sent: it is on its way to the bank. */
  readonly withCard: boolean;
}

let placed: Placed | undefined;
const tipStoredAs = (orderId: string): string => `sharetab.tip.1.${orderId}`;

/**
 * Passes the response of a placed order to the order's page, which shows it without loading, and keeps the tip. Without
 * a chosen tip, it is to be paid at the counter.
 */
export function rememberPlaced(answer: PlacedOrder, tip: TipChoice | undefined): void {
  handOver(answer, tip !== undefined);
  rememberRunning(answer.order.id);
  if (tip) writeStored(tipStoredAs(answer.order.id), tip, 'session');
}

/** Passes an answer that has an order to the order's page, which shows it without loading. */
export function handOver(answer: PlacedOrder, withCard = false): void {
  placed = { answer, withCard };
}

/** Returns the passed order once. */
export function takePlaced(orderId: string): Placed | undefined {
  const taken = placed?.answer.order.id === orderId ? placed : undefined;
  placed = undefined;
  return taken;
}

/** The tip chosen at the checkout of this order, for a retry after a decline; in this tab only. */
export function rememberedTip(orderId: string): TipChoice | undefined {
  return readStored<TipChoice>(tipStoredAs(orderId), 'session');
}
