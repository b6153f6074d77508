import type { PlacedOrder } from '../api/orders.ts';
import { readStored, writeStored } from '../browser/stored.ts';
import { rememberRunning } from './running-orders.svelte.ts';
import type { TipChoice } from '../checkout/tip.ts';

/** An order that was placed a moment ago. */
interface Placed {
  readonly answer: PlacedOrder;
  /** A card came with it: it is on its way to the bank. */
  readonly withCard: boolean;
}

let placed: Placed | undefined;
const tipStoredAs = (orderId: string): string => `sharetab.tip.1.${orderId}`;

/**
 * Hands the answer of placing an order to the order's page, which then shows it at once, and keeps the tip. Without a
 * tip chosen, it is to be paid at the counter.
 */
export function rememberPlaced(answer: PlacedOrder, tip: TipChoice | undefined): void {
  placed = { answer, withCard: tip !== undefined };
  rememberRunning(answer.order.id);
  if (tip) writeStored(tipStoredAs(answer.order.id), tip, 'session');
}

/** What was handed over for this order, once. */
export function takePlaced(orderId: string): Placed | undefined {
  const taken = placed?.answer.order.id === orderId ? placed : undefined;
  placed = undefined;
  return taken;
}

/** The tip chosen at the checkout of this order, for paying again after a decline; in this tab only. */
export function rememberedTip(orderId: string): TipChoice | undefined {
  return readStored<TipChoice>(tipStoredAs(orderId), 'session');
}
