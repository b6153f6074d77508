import type { Order } from '../../domain/contract/orders.ts';
import { cardName } from '../../domain/card.ts';
import { waysPaid, type Way } from '../../domain/paid-with.ts';
import {
  describeReceipt,
  type Payer,
  type Receipt,
  type ReceiptLine,
  type TaxRow,
} from '../../domain/receipt.ts';
import { addressRows } from '../../domain/shop.ts';
import { taxIdOf } from './imprint.ts';
import type { ContentOf } from './mail-content.ts';
import type { LineView, MailView, SumView, TableView } from './mail-view.ts';
import { greet, onOneLine } from './names.ts';
import { closingOf, discountsOfLine, forWhom, labelOf, receiptLinkOf, totalsOf } from './order-view.ts';
import type { Reader } from './reader.ts';

/** Describes the receipt, like its page; later refunds are shown there, and have a mail of their own. */
export function receipt(mail: ContentOf<'receipt'>, reader: Reader): MailView {
  const { order, customerName, orderUrl } = mail;
  const { shop, messages } = reader;
  const words = messages.receiptMail;
  const described = describeReceipt(order, []);
  const { lines, taxes, payers, paidAmount } = described;
  const ways = waysPaid(order.shares).map(({ way }) => wayWords(way, reader));
  const amount = reader.money(paidAmount, order.currency);
  // A payment of a tab has no number: its receipt is known by its code.
  const isPart = order.kind === 'settlement';
  const number = order.number === null ? order.code : String(order.number);
  return {
    subject: isPart ? words.subjectPart({ amount }) : words.subject({ number, amount }),
    preview: words.preview({ amount, ways: ways.length === 0 ? 'none' : reader.list(ways) }),
    badge: { label: messages.mails.paid(), tone: 'good' },
    headline: words.headline({ amount }),
    paragraphs: [greet(customerName, reader), isPart ? words.textPart() : words.text()],
    ...labelOf(order, reader),
    facts: [
      words.numberAndTime({ number, time: reader.time(order.confirmedAt ?? order.createdAt) }),
      [shop.name, ...addressRows(shop)].join(', '),
      ...taxIdOf(reader),
    ],
    lines: lines.map((line) => lineView(line, order, reader)),
    sums: sumsOf(order, described, reader),
    tables: [...payersTable(payers, order.currency, reader), taxTable(taxes, order.currency, reader)],
    button: { label: messages.mails.seeOrder(), url: orderUrl },
    ...receiptLinkOf(mail, reader),
    closing: closingOf(reader),
  };
}

/** Returns `Cash`, `Visa •••• 4242`, or `Card` if the card may not be shown. */
function wayWords({ method, card }: Way, { messages: { receipt } }: Reader): string {
  if (method === 'cash') return receipt.cash();
  return card ? cardName(card) : receipt.card();
}

function lineView({ line, letter, parts }: ReceiptLine, order: Order, reader: Reader): LineView {
  const money = (amount: number) => reader.money(amount, order.currency);
  const options = line.options.map(({ name, amount }) => {
    const sign = amount > 0 ? '+' : '';
    return amount === 0 ? onOneLine(name) : `${onOneLine(name)} ${sign}${money(amount)}`;
  });
  return {
    quantity: line.quantity,
    name: onOneLine(line.name),
    details: [
      ...options,
      ...(line.quantity > 1 && line.amount + line.discountAmount === line.quantity * line.unitAmount
        ? [reader.messages.receiptMail.each({ amount: money(line.unitAmount) })]
        : []),
      ...discountsOfLine(order, line.id, reader),
      ...(line.wholeAmount === null
        ? []
        : [reader.messages.receiptMail.partOf({ amount: money(line.wholeAmount) })]),
      ...forWhom(
        parts.map(({ name, amount }) => `${name} ${money(amount)}`),
        reader,
      ),
    ],
    note: line.note === null ? null : onOneLine(line.note),
    amount: money(line.amount),
    letter,
  };
}

function sumsOf(order: Order, { paid, returned }: Receipt, reader: Reader): SumView[] {
  return [
    ...totalsOf(order, reader),
    ...paid.map(({ way, amount }) => ({
      label: wayWords(way, reader),
      amount: reader.money(amount, order.currency),
    })),
    ...returned.map(({ way, amount }) => ({
      label: reader.messages.receiptMail.backTo({ way: wayWords(way, reader) }),
      amount: reader.money(-amount, order.currency),
    })),
  ];
}

function payersTable(payers: readonly Payer[], currency: string, reader: Reader): TableView[] {
  if (payers.length === 0) return [];
  const words = reader.messages.receiptMail;
  const money = (amount: number) => reader.money(amount, currency);
  const rows = payers.map(({ name, way, amount, tipAmount }) => [
    [
      onOneLine(name),
      ...(way ? [wayWords(way, reader)] : []),
      ...(tipAmount > 0 ? [words.tipIncluded({ amount: money(tipAmount) })] : []),
    ].join(', '),
    money(amount),
  ]);
  return [{ caption: words.whoPaid(), rows, hasSum: false }];
}

function taxTable(taxes: readonly TaxRow[], currency: string, reader: Reader): TableView {
  const words = reader.messages.receiptMail;
  const rowOf = (title: string, of: readonly TaxRow[]) => {
    const sum = (part: 'netAmount' | 'taxAmount' | 'grossAmount') =>
      reader.money(
        of.reduce((total, tax) => total + tax[part], 0),
        currency,
      );
    return [title, sum('netAmount'), sum('taxAmount'), sum('grossAmount')];
  };
  const hasSum = taxes.length > 1;
  return {
    caption: words.taxCaption(),
    titles: [words.rate(), words.net(), words.tax(), words.gross()],
    rows: [
      ...taxes.map((tax) => rowOf(`${tax.letter} ${words.rateValue({ rate: tax.rate / 10_000 })}`, [tax])),
      ...(hasSum ? [rowOf(words.sum(), taxes)] : []),
    ],
    hasSum,
  };
}
