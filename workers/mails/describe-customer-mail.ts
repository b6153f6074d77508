import { handoverOf, type Handover } from '../../domain/place.ts';
import type { Messages } from '../../messages/compiled/messages.ts';
import { describeReason } from './describe-reason.ts';
import type { ContentOf } from './mail-content.ts';
import type { MailView } from './mail-view.ts';
import { greet, quoteOf } from './names.ts';
import { roundSent } from './describe-round-mail.ts';
import { closingOf, labelOf, linesOf, numberOf, receiptLinkOf, sumsOf } from './order-view.ts';
import type { Reader } from './reader.ts';

/** The order has arrived: confirmed if it has a number, then paid or to be paid with its tab; held otherwise. */
export function orderReceived(mail: ContentOf<'order_received'>, reader: Reader): MailView {
  const { order, customerName, orderUrl } = mail;
  if (order.tab !== null && order.number === null) return roundSent(mail, reader);
  const { mails } = reader.messages;
  const isPaid = order.number !== null;
  const paid = order.paidAfter ? LATER : AT_ONCE;
  return {
    subject: mails.receivedSubject({ number: numberOf(order) }),
    preview: isPaid ? paid.preview(mails) : mails.receivedDuePreview(),
    badge: isPaid
      ? { label: mails.badgeConfirmed(), tone: 'good' }
      : { label: mails.badgeReceived(), tone: 'calm' },
    headline: isPaid ? mails.receivedPaidHeadline() : mails.receivedDueHeadline(),
    paragraphs: [
      greet(customerName, reader),
      isPaid
        ? paid.text(mails)
        : mails.receivedDueText({
            deadline: order.deadline === null ? 'none' : reader.time(order.deadline),
            code: order.code,
          }),
    ],
    ...labelOf(order, reader),
    lines: linesOf(order, 'with prices', reader),
    sums: sumsOf(order, reader),
    button: { label: mails.followOrder(), url: orderUrl },
    closing: closingOf(reader),
  };
}

const AT_ONCE = {
  preview: (mails: Messages['mails']) => mails.receivedPaidPreview(),
  text: (mails: Messages['mails']) => mails.receivedPaidText(),
};
const LATER: typeof AT_ONCE = {
  preview: (mails) => mails.receivedLaterPreview(),
  text: (mails) => mails.receivedLaterText(),
};

/** The next step for each handover. */
const HANDOVERS = {
  brought: (mails) => mails.readyBrought(),
  collected: (mails) => mails.readyCollected(),
  untold: (mails) => mails.readyUntold(),
} as const satisfies Record<Handover, (mails: Messages['mails']) => string>;

/** It can be collected, or is on its way to its people. */
export function orderReady(
  { order, customerName, orderUrl }: ContentOf<'order_ready'>,
  reader: Reader,
): MailView {
  const { mails } = reader.messages;
  return {
    subject: mails.readySubject({ number: numberOf(order) }),
    preview: mails.readyPreview(),
    badge: { label: mails.badgeReady(), tone: 'good' },
    headline: mails.readyHeadline(),
    paragraphs: [greet(customerName, reader), HANDOVERS[handoverOf(order.place)](mails)],
    ...labelOf(order, reader),
    lines: linesOf(order, 'without prices', reader),
    sums: [],
    button: { label: mails.seeOrder(), url: orderUrl },
    closing: closingOf(reader),
  };
}

/** It was canceled; with the refunded amount, if something had been paid. */
export function orderCanceled(mail: ContentOf<'order_canceled'>, reader: Reader): MailView {
  const { mails } = reader.messages;
  const { order } = mail;
  const refunded = mail.refundAmount ?? 0;
  return {
    subject: mails.canceledSubject({ number: numberOf(order) }),
    preview: order.paidAfter
      ? mails.canceledLaterPreview()
      : refunded > 0
        ? mails.moneyBackPreview()
        : mails.notChargedPreview(),
    badge: { label: mails.badgeCanceled(), tone: 'warn' },
    headline: order.reason === 'taken_back' ? mails.takenBackHeadline() : mails.canceledHeadline(),
    paragraphs: [
      greet(mail.customerName, reader),
      order.reason === null ? mails.canceledText() : describeReason(order.reason, reader),
      order.paidAfter ? mails.canceledLater() : refunded > 0 ? waysBack(mail, reader) : mails.notCharged(),
    ],
    // A reason that she gave herself is not repeated.
    ...(order.reason === 'canceled_by_agent' && quoteOf(order.reasonText)),
    ...labelOf(order, reader),
    lines: linesOf(order, 'with prices', reader),
    sums:
      refunded > 0
        ? [{ label: mails.goingBack(), amount: reader.money(refunded, order.currency), strong: true }]
        : [],
    button: { label: mails.seeOrder(), url: mail.orderUrl },
    ...receiptLinkOf(mail, reader),
    closing: closingOf(reader),
  };
}

/** It was not paid in time; cash payments of some shares are refunded. */
export function orderExpired(mail: ContentOf<'order_expired'>, reader: Reader): MailView {
  const { mails } = reader.messages;
  const { order, customerName, orderUrl } = mail;
  const isReturned = (mail.refundAmount ?? 0) > 0;
  return {
    subject: mails.expiredSubject(),
    preview: isReturned ? mails.moneyBackPreview() : mails.notChargedPreview(),
    badge: { label: mails.badgeExpired(), tone: 'calm' },
    headline: order.tab === null ? mails.expiredHeadline() : mails.expiredRoundHeadline(),
    paragraphs: [
      greet(customerName, reader),
      order.tab === null ? mails.expiredText() : mails.expiredRound(),
      isReturned ? waysBack(mail, reader) : mails.notCharged(),
      ...(order.tab === null ? [mails.orderAgain()] : []),
    ],
    ...labelOf(order, reader),
    lines: linesOf(order, 'without prices', reader),
    sums: [],
    button: { label: mails.seeOrder(), url: orderUrl },
    closing: closingOf(reader),
  };
}

/** Describes how the money is refunded: each part by the way it was paid. */
function waysBack(
  mail: {
    readonly order: { readonly currency: string };
    readonly refundAmount?: number;
    readonly cashAmount?: number;
  },
  { messages: { mails }, money }: Reader,
): string {
  const cash = mail.cashAmount ?? 0;
  const card = (mail.refundAmount ?? 0) - cash;
  const { currency } = mail.order;
  return [
    ...(card > 0 ? [mails.backToCard({ amount: money(card, currency) })] : []),
    ...(cash > 0 ? [mails.backInCash({ amount: money(cash, currency) })] : []),
  ].join(' ');
}

/** A refund on an order. */
export function refundIssued(mail: ContentOf<'refund_issued'>, reader: Reader): MailView {
  const { mails } = reader.messages;
  const { order } = mail;
  const amount = reader.money(mail.refundAmount, order.currency);
  return {
    subject: mails.refundSubject({ number: numberOf(order), amount }),
    preview: mails.refundPreview({ amount }),
    badge: { label: mails.badgeRefunded(), tone: 'calm' },
    headline: mails.refundHeadline({ amount }),
    paragraphs: [greet(mail.customerName, reader), waysBack(mail, reader)],
    ...quoteOf(mail.reasonText),
    ...labelOf(order, reader),
    lines: [],
    sums: [
      { label: mails.paid(), amount: reader.money(order.totalAmount + order.tipsAmount, order.currency) },
      { label: mails.refundedNow(), amount, strong: true },
    ],
    button: { label: mails.seeOrder(), url: mail.orderUrl },
    ...receiptLinkOf(mail, reader),
    closing: closingOf(reader),
  };
}
