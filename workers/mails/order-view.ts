import type { Order } from '../../domain/contract/orders.ts';
import { discountsOf } from '../../domain/discount.ts';
import type { PlaceKind } from '../../domain/place.ts';
import { placeName } from '../../domain/place-name.ts';
import { hasReceipt, ownersOf } from '../../domain/receipt.ts';
import type { Messages } from '../../messages/compiled/messages.ts';
import type { LineView, MailView, SumView } from './mail-view.ts';
import { onOneLine } from './names.ts';
import type { Reader } from './reader.ts';

/** Returns the order's number, its tab's title and its place, for large type; empty if it has none of them. */
export function labelOf(order: Order, reader: Reader): Pick<MailView, 'label'> {
  const { mails } = reader.messages;
  const place = placeOf(order, reader);
  const tab = onOneLine((order.tab ?? order.settles)?.title ?? '');
  const cells = [
    ...(order.number === null
      ? []
      : [{ title: mails.order(), value: String(order.number), size: 'large' as const }]),
    ...(tab === '' ? [] : [{ title: mails.tab(), value: tab, size: 'medium' as const }]),
    ...(place === null ? [] : [{ title: mails.where(), value: place, size: 'medium' as const }]),
  ];
  return cells.length === 0 ? {} : { label: cells };
}

const KINDS = {
  table: (places) => places.table(),
  lane: (places) => places.lane(),
  pickup: (places) => places.pickup(),
  other: () => '',
} as const satisfies Record<PlaceKind, (places: Messages['places']) => string>;

/** Returns where the order goes, each part on one line; null if it has no place. */
export function placeOf({ place }: Order, reader: Reader): string | null {
  return placeWords(place, reader);
}

/** Returns a place, each part on one line; null if it is none, or has no label. */
export function placeWords(place: Order['place'], { messages: { places } }: Reader): string | null {
  if (place === null || (place.label === '' && place.kind !== 'pickup')) return null;
  const { kind, label, name } = place;
  const parts = { label: onOneLine(label), ...(name !== undefined && { name: onOneLine(name) }) };
  return placeName(parts, KINDS[kind](places));
}

/** Returns the order's number for a sentence; `none` selects the wording "your order". */
export function numberOf(order: Order): string {
  return order.number === null ? 'none' : String(order.number);
}

/** Returns the lines with their options and notes; with prices for a reader who pays. */
export function linesOf(order: Order, prices: 'with prices' | 'without prices', reader: Reader): LineView[] {
  return order.lines.map((line) => ({
    quantity: line.quantity,
    name: onOneLine(line.name),
    details: [
      ...line.options.map((option) => onOneLine(option.name)),
      ...(prices === 'with prices' ? discountsOfLine(order, line.id, reader) : []),
      ...forWhom(ownersOf(order, line), reader),
    ],
    note: line.note === null ? null : onOneLine(line.note),
    ...(prices === 'with prices' && { amount: reader.money(line.amount, order.currency) }),
  }));
}

/** Returns what is off a line, by the name of each discount. */
export function discountsOfLine(order: Order, lineId: string, reader: Reader): string[] {
  return discountsOf(order, lineId).map(({ name, amount }) => {
    const words = reader.messages.receipt.discount({ name: onOneLine(name) });
    return `${words} ${reader.money(-amount, order.currency)}`;
  });
}

/** Returns `for Ada, Grace`, if the order's lines have different owners. */
export function forWhom(owners: readonly string[], { messages: { mails } }: Reader): string[] {
  return owners.length === 0 ? [] : [mails.forWhom({ names: owners.map(onOneLine).join(', ') })];
}

/** Returns the total with the tip, if there is one. */
export function totalsOf({ totalAmount, tipsAmount, currency }: Order, reader: Reader): SumView[] {
  const { mails } = reader.messages;
  const parts = [
    { label: mails.order(), amount: reader.money(totalAmount, currency) },
    { label: mails.tip(), amount: reader.money(tipsAmount, currency) },
  ];
  return [
    ...(tipsAmount > 0 ? parts : []),
    { label: mails.total(), amount: reader.money(totalAmount + tipsAmount, currency), strong: true },
  ];
}

/** Returns the total and the refunds. */
export function sumsOf(order: Order, reader: Reader): SumView[] {
  const refunded = {
    label: reader.messages.mails.refunded(),
    amount: reader.money(-order.refundedAmount, order.currency),
  };
  return [...totalsOf(order, reader), ...(order.refundedAmount > 0 ? [refunded] : [])];
}

/** Returns the link to the printable receipt, if the order has one. */
export function receiptLinkOf(
  mail: { order: Order; receiptUrl: string },
  { messages: { mails } }: Reader,
): Pick<MailView, 'link'> {
  return hasReceipt(mail.order) ? { link: { label: mails.receiptToPrint(), url: mail.receiptUrl } } : {};
}

/** Returns the sentence that says why the customer receives this mail. */
export function closingOf({ shop, messages: { mails } }: Reader): string[] {
  return [mails.whyCustomer({ shop: shop.name })];
}
