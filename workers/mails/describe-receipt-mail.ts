import type { Order } from '../../domain/contract/orders.ts';
import { formatAmount } from '../../domain/money.ts';
import { waysPaid } from '../../domain/paid-with.ts';
import {
  describeReceipt,
  rateText,
  type Payer,
  type ReceiptLine,
  type TaxRow,
} from '../../domain/receipt.ts';
import { addressRows, type Shop } from '../../domain/shop.ts';
import type { ContentOf } from './mail-content.ts';
import type { LineView, MailView, SumView, TableView } from './mail-view.ts';
import { greet, onOneLine } from './names.ts';
import { closingOf, formatTime, forWhom, labelOf, nameOf, receiptLinkOf, totalsOf } from './order-view.ts';

/** What was sold, as the receipt's page says it: whatever goes back later stands there, and in a mail of its own. */
export function receipt(mail: ContentOf<'receipt'>, shop: Shop): MailView {
  const { order, customerName, orderUrl } = mail;
  const money = (amount: number) => formatAmount(amount, order.currency);
  const { lines, taxes, payers, paidAmount } = describeReceipt(order, []);
  const ways = waysPaid(order.shares).map(({ way }) => way);
  const how = ways.length === 0 ? '' : ` with ${ways.join(' and ')}`;
  return {
    subject: `Your receipt for ${nameOf(order)}: ${money(paidAmount)}`,
    preview: `${money(paidAmount)} paid${how}. Thank you!`,
    badge: { label: 'Paid', tone: 'good' },
    headline: `${money(paidAmount)} paid`,
    paragraphs: [greet(customerName), 'Thank you for your order! This is your receipt.'],
    ...labelOf(order),
    facts: [
      `Receipt ${order.number} · ${formatTime(order.confirmedAt ?? order.createdAt, shop)}`,
      [shop.name, ...addressRows(shop)].join(', '),
      ...(shop.taxId === '' ? [] : [`Tax id ${shop.taxId}`]),
    ],
    lines: lines.map((line) => lineView(line, money)),
    sums: sumsOf(order, money),
    tables: [...payersTable(payers, money), taxTable(taxes, money)],
    button: { label: 'See your order', url: orderUrl },
    ...receiptLinkOf(mail),
    closing: closingOf(shop),
  };
}

type WriteAmount = (amount: number) => string;

function lineView({ line, letter, parts }: ReceiptLine, money: WriteAmount): LineView {
  const options = line.options.map(({ name, amount }) => {
    const sign = amount > 0 ? '+' : '';
    return amount === 0 ? onOneLine(name) : `${onOneLine(name)} ${sign}${money(amount)}`;
  });
  return {
    quantity: line.quantity,
    name: onOneLine(line.name),
    details: [
      ...options,
      ...(line.quantity > 1 ? [`each ${money(line.unitAmount)}`] : []),
      ...forWhom(parts.map(({ name, amount }) => `${name} ${money(amount)}`)),
    ],
    note: line.note === null ? null : onOneLine(line.note),
    amount: money(line.amount),
    letter,
  };
}

function sumsOf(order: Order, money: WriteAmount): SumView[] {
  return [
    ...totalsOf(order),
    ...waysPaid(order.shares).map(({ way, amount }) => ({ label: way, amount: money(amount) })),
  ];
}

function payersTable(payers: readonly Payer[], money: WriteAmount): TableView[] {
  if (payers.length === 0) return [];
  const rows = payers.map(({ name, way, amount, tipAmount }) => [
    [
      onOneLine(name),
      ...(way ? [way] : []),
      ...(tipAmount > 0 ? [`tip ${money(tipAmount)} included`] : []),
    ].join(', '),
    money(amount),
  ]);
  return [{ caption: 'Who paid what', rows, hasSum: false }];
}

function taxTable(taxes: readonly TaxRow[], money: WriteAmount): TableView {
  const rowOf = (title: string, of: readonly TaxRow[]) => {
    const sum = (part: 'netAmount' | 'taxAmount' | 'grossAmount') =>
      money(of.reduce((total, tax) => total + tax[part], 0));
    return [title, sum('netAmount'), sum('taxAmount'), sum('grossAmount')];
  };
  const hasSum = taxes.length > 1;
  return {
    caption: 'Tax contained in the prices',
    titles: ['Rate', 'Net', 'Tax', 'Gross'],
    rows: [
      ...taxes.map((tax) => rowOf(`${tax.letter} ${rateText(tax.rate)}`, [tax])),
      ...(hasSum ? [rowOf('Sum', taxes)] : []),
    ],
    hasSum,
  };
}
