import type { Order } from '../../domain/contract/orders.ts';
import { formatAmount } from '../../domain/money.ts';
import { placeName } from '../../domain/place-name.ts';
import { hasReceipt, ownersOf } from '../../domain/receipt.ts';
import { createShopTime, type ShopTime } from '../../domain/shop-time.ts';
import type { Shop } from '../../domain/shop.ts';
import type { LineView, MailView, SumView } from './mail-view.ts';
import { onOneLine } from './names.ts';

/** The order's number and place; nothing where it has neither. */
export function labelOf(order: Order): Pick<MailView, 'label'> {
  const number = order.number === null ? null : String(order.number);
  const place = placeOf(order);
  return number === null && place === null ? {} : { label: { number, place } };
}

/** Where the order goes, each part on one line; null where nothing tells it. */
export function placeOf({ place }: Order): string | null {
  if (place === null || (place.label === '' && place.kind !== 'pickup')) return null;
  const { kind, label, name } = place;
  return placeName({ kind, label: onOneLine(label), ...(name !== undefined && { name: onOneLine(name) }) });
}

/** `Order 42` or, before it has a number, `your order`. */
export function nameOf(order: Order): string {
  return order.number === null ? 'your order' : `order ${order.number}`;
}

/** The lines with their options and notes; with prices where the reader pays. */
export function linesOf(order: Order, prices: 'with prices' | 'without prices'): LineView[] {
  return order.lines.map((line) => ({
    quantity: line.quantity,
    name: onOneLine(line.name),
    details: [...line.options.map((option) => onOneLine(option.name)), ...forWhom(ownersOf(order, line))],
    note: line.note === null ? null : onOneLine(line.note),
    ...(prices === 'with prices' && { amount: formatAmount(line.amount, order.currency) }),
  }));
}

/** `for Ada, Grace`, where a line has owners to be told apart by. */
export function forWhom(owners: readonly string[]): string[] {
  return owners.length === 0 ? [] : [`for ${owners.map(onOneLine).join(', ')}`];
}

/** The total with the tip, where there is one. */
export function totalsOf({ totalAmount, tipsAmount, currency }: Order): SumView[] {
  const money = (amount: number) => formatAmount(amount, currency);
  const parts = [
    { label: 'Order', amount: money(totalAmount) },
    { label: 'Tip', amount: money(tipsAmount) },
  ];
  return [
    ...(tipsAmount > 0 ? parts : []),
    { label: 'Total', amount: money(totalAmount + tipsAmount), strong: true },
  ];
}

/** The total, and what has gone back. */
export function sumsOf(order: Order): SumView[] {
  const refunded = { label: 'Refunded', amount: formatAmount(-order.refundedAmount, order.currency) };
  return [...totalsOf(order), ...(order.refundedAmount > 0 ? [refunded] : [])];
}

/** Made once, for making one costs far more than a mail. */
const clocks = new Map<string, ShopTime>();

/** A time as the shop's clock shows it, with its zone: `22 November 2026 at 23:27 CET`. */
export function formatTime(time: string, { timeZone }: Shop): string {
  const clock = clocks.get(timeZone) ?? createShopTime(timeZone);
  clocks.set(timeZone, clock);
  return clock.whole(time);
}

/** The way to the receipt as a page to print, where the order has one. */
export function receiptLinkOf(mail: { order: Order; receiptUrl: string }): Pick<MailView, 'link'> {
  if (!hasReceipt(mail.order)) return {};
  return { link: { label: 'Your receipt as a page to print', url: mail.receiptUrl } };
}

/** Why a customer gets a mail at all. */
export function closingOf({ name }: Shop): string[] {
  return [`You get this mail because you ordered at ${name}.`];
}
