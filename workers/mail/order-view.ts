import type { Order, OrderLine } from '../../domain/contract.ts';
import { formatAmount } from '../../domain/money.ts';
import { createShopTime, type ShopTime } from '../../domain/shop-time.ts';
import type { Shop } from '../../domain/shop.ts';
import type { LineView, MailView, SumView } from './mail-view.ts';
import { onOneLine } from './names.ts';

/** The order's number and place; nothing where it has neither. */
export function labelOf(order: Order): Pick<MailView, 'label'> {
  const number = order.number === null ? null : String(order.number);
  const place = order.place === null ? null : onOneLine(order.place);
  return number === null && place === null ? {} : { label: { number, place } };
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
    details: [...line.options.map((option) => onOneLine(option.name)), ...ownersOf(order, line)],
    note: line.note === null ? null : onOneLine(line.note),
    ...(prices === 'with prices' && { amount: formatAmount(line.amount, order.currency) }),
  }));
}

function ownersOf(order: Order, line: OrderLine): string[] {
  if (order.participants.length < 2) return [];
  const names = line.sharedBetween.map(
    (id) => order.participants.find((participant) => participant.id === id)?.name ?? 'somebody',
  );
  return names.length === 0 ? [] : [`for ${names.map(onOneLine).join(', ')}`];
}

/** Total, tip where there is one, what has gone back. */
export function sumsOf(order: Order): SumView[] {
  const money = (amount: number) => formatAmount(amount, order.currency);
  const hasTip = order.tipsAmount > 0;
  const sums: SumView[] = [{ label: 'Total', amount: money(order.totalAmount), strong: !hasTip }];
  if (hasTip) {
    sums.push({ label: 'Tip', amount: money(order.tipsAmount) });
    sums.push({ label: 'Together', amount: money(order.totalAmount + order.tipsAmount), strong: true });
  }
  if (order.refundedAmount > 0) sums.push({ label: 'Refunded', amount: money(-order.refundedAmount) });
  return sums;
}

/** The tax contained in the prices, one row per rate. */
export function taxesOf(order: Order): SumView[] {
  return order.taxes.map((tax) => ({
    label: `Includes ${percentOf(tax.rate)} VAT on ${formatAmount(tax.grossAmount, order.currency)}`,
    amount: formatAmount(tax.taxAmount, order.currency),
  }));
}

function percentOf(rate: number): string {
  return `${Number((rate / 100).toFixed(2))}%`;
}

/** Made once, for making one costs far more than a mail. */
const clocks = new Map<string, ShopTime>();

/** A time as the shop's clock shows it, with its zone: `22 November 2026 at 23:27 CET`. */
export function formatTime(time: string, { timeZone }: Shop): string {
  const clock = clocks.get(timeZone) ?? createShopTime(timeZone);
  clocks.set(timeZone, clock);
  return clock.whole(time);
}
