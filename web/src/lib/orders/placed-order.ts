import type { OrderAnswer } from '../api/answers.ts';
import { readStored, writeStored } from '../browser/stored.ts';
import type { TipChoice } from '../checkout/tip.ts';

let placed: OrderAnswer | undefined;
const tipStoredAs = (orderId: string): string => `sharetab.tip.1.${orderId}`;

/** Hands the answer of placing an order to the order's page, which then shows it at once, and keeps the tip. */
export function rememberPlaced(answer: OrderAnswer, tip: TipChoice): void {
  placed = answer;
  writeStored(tipStoredAs(answer.order.id), tip, globalThis.sessionStorage);
}

/** What was handed over for this order, once. */
export function takePlaced(orderId: string): OrderAnswer | undefined {
  const answer = placed?.order.id === orderId ? placed : undefined;
  placed = undefined;
  return answer;
}

/** The tip chosen at the checkout of this order, for paying again after a decline; in this tab only. */
export function rememberedTip(orderId: string): TipChoice | undefined {
  return readStored<TipChoice>(tipStoredAs(orderId), globalThis.sessionStorage);
}
