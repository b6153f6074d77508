/** The mail of a change: what came, what went, what it costs or gives back and how, and the order as it is now. */

import { cardName } from '../../domain/card.ts';
import type { AppliedChange } from '../../domain/contract/order-changes.ts';
import type { ContentOf, ChangeMoney } from './mail-content.ts';
import type { MailView, SumView } from './mail-view.ts';
import { greet, nameOf, onOneLine, quoteOf } from './names.ts';
import { closingOf, labelOf, linesOf, numberOf, placeWords, receiptLinkOf, sumsOf } from './order-view.ts';
import type { Reader } from './reader.ts';

/** Its order was changed, by the reader, by somebody of her group, by staff, or since something had run out. */
export function orderChanged(mail: ContentOf<'order_changed'>, reader: Reader): MailView {
  const { mails } = reader.messages;
  const { order, change, makerName, differenceAmount } = mail;
  const number = numberOf(order);
  const amount = reader.money(Math.abs(differenceAmount), order.currency);
  const which = differenceAmount > 0 ? 'more' : differenceAmount < 0 ? 'less' : 'same';
  const name = makerName === undefined ? 'reader' : nameOf(makerName);
  return {
    subject: mails.changedSubject({ number }),
    preview: mails.changedPreview({ which, amount }),
    badge: { label: mails.badgeChanged(), tone: 'calm' },
    headline: mails.changedHeadline({ by: change.by, name }),
    paragraphs: [
      greet(mail.customerName, reader),
      ...storyOf(change, reader),
      ...mail.money.map((money) => moneyWords(money, order.currency, reader)),
      ...owedWords(mail, which, amount, reader),
    ],
    ...quoteOf(change.reasonText),
    ...labelOf(order, reader),
    lines: linesOf(order, 'with prices', reader),
    sums: [...sumsOf(order, reader), ...differenceOf(mail, which, amount, reader)],
    button: { label: mails.seeOrder(), url: mail.orderUrl },
    ...receiptLinkOf(mail, reader),
    closing: closingOf(reader),
  };
}

function storyOf({ came, went, noted, place }: AppliedChange, reader: Reader): string[] {
  const { mails } = reader.messages;
  const told = (lines: AppliedChange['came']) => reader.list(lines.map((line) => lineWords(line, reader)));
  return [
    ...(came.length > 0 ? [mails.changedCame({ lines: told(came) })] : []),
    ...(went.length > 0 ? [mails.changedWent({ lines: told(went) })] : []),
    ...(noted.length > 0 ? [mails.changedNoted({ lines: told(noted) })] : []),
    ...(place ? [mails.changedPlace({ place: placeWords(place.to, reader) ?? 'none' })] : []),
  ];
}

/** Returns `2 × Tea (large, oat milk, “hot”)`. */
function lineWords({ quantity, name, options, note }: AppliedChange['came'][number], reader: Reader): string {
  const about = [
    ...options.map(onOneLine),
    ...(note === null ? [] : [reader.messages.mails.quote({ words: onOneLine(note) })]),
  ];
  return `${quantity} × ${onOneLine(name)}${about.length === 0 ? '' : ` (${about.join(', ')})`}`;
}

/** Says how one part of the difference was paid, or goes back. */
function moneyWords({ amount, method, card }: ChangeMoney, currency: string, reader: Reader): string {
  const { mails } = reader.messages;
  const money = { amount: reader.money(Math.abs(amount), currency) };
  const of = { ...money, card: card ? cardName(card) : 'none' };
  if (amount > 0) return method === 'cash' ? mails.changedCash(money) : mails.changedCharged(of);
  return method === 'cash' ? mails.backInCash(money) : mails.changedBack(of);
}

/** What nobody has paid yet is owed with the tab, or is still to be paid. */
function owedWords(
  { order, money, differenceAmount }: ContentOf<'order_changed'>,
  which: 'more' | 'less' | 'same',
  amount: string,
  { messages: { mails } }: Reader,
): string[] {
  if (money.length > 0 || differenceAmount === 0) return [];
  return [order.paidAfter ? mails.changedOwed({ which, amount }) : mails.changedDue({ which, amount })];
}

function differenceOf(
  { differenceAmount }: ContentOf<'order_changed'>,
  which: 'more' | 'less' | 'same',
  amount: string,
  { messages: { mails } }: Reader,
): SumView[] {
  return differenceAmount === 0 ? [] : [{ label: mails.changedBy({ which }), amount }];
}
