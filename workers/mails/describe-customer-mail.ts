import { formatAmount } from '../../domain/money.ts';
import { handoverOf, type Handover } from '../../domain/place.ts';
import type { Shop } from '../../domain/shop.ts';
import { describeReason } from './describe-reason.ts';
import type { ContentOf } from './mail-content.ts';
import type { MailView } from './mail-view.ts';
import { greet } from './names.ts';
import { closingOf, formatTime, labelOf, linesOf, nameOf, receiptLinkOf, sumsOf } from './order-view.ts';

/** We have the order: paid once it has a number, set aside before. */
export function orderReceived(
  { order, customerName, orderUrl }: ContentOf<'order_received'>,
  shop: Shop,
): MailView {
  const isPaid = order.number !== null;
  return {
    subject: `We have ${nameOf(order)}`,
    preview: isPaid ? 'It is paid, and we are on it.' : 'Everything is set aside for you.',
    badge: isPaid ? { label: 'Confirmed', tone: 'good' } : { label: 'Received', tone: 'calm' },
    headline: isPaid ? 'Thank you, we’re on it' : 'We have your order',
    paragraphs: [
      greet(customerName),
      isPaid
        ? `Your order is paid and on its way to being made. You can follow it live, from the first step to the last.`
        : `Everything is set aside for you${order.deadline ? ` until ${formatTime(order.deadline, shop)}` : ''}. It is yours as soon as it is paid: by card on the page of your order, or at the counter, where you say the code ${order.code}.`,
    ],
    ...labelOf(order),
    lines: linesOf(order, 'with prices'),
    sums: sumsOf(order),
    button: { label: 'Follow your order', url: orderUrl },
    closing: closingOf(shop),
  };
}

/** How each handover goes on from here. */
const HANDOVERS: Readonly<Record<Handover, string>> = {
  brought: 'Everything is made, and we bring it to you. Enjoy!',
  collected: 'Everything is made and waits for you: come and get it. Enjoy!',
  untold: 'Everything is made. Enjoy!',
};

/** It can be collected, or is on its way to its people. */
export function orderReady(
  { order, customerName, orderUrl }: ContentOf<'order_ready'>,
  shop: Shop,
): MailView {
  return {
    subject: `Ready: ${nameOf(order)}`,
    preview: 'Enjoy it while it is fresh.',
    badge: { label: 'Ready', tone: 'good' },
    headline: 'Your order is ready',
    paragraphs: [greet(customerName), HANDOVERS[handoverOf(order.place)]],
    ...labelOf(order),
    lines: linesOf(order, 'without prices'),
    sums: [],
    button: { label: 'See your order', url: orderUrl },
    closing: closingOf(shop),
  };
}

/** It was canceled; with the amount that goes back, where something had been paid. */
export function orderCanceled(mail: ContentOf<'order_canceled'>, shop: Shop): MailView {
  const { order } = mail;
  const reason = describeReason(mail.reason ?? order.reason);
  const refunded = mail.refundAmount ?? 0;
  return {
    subject: `Canceled: ${nameOf(order)}`,
    preview: refunded > 0 ? 'You get your money back.' : 'You have not been charged.',
    badge: { label: 'Canceled', tone: 'warn' },
    headline: 'Your order was canceled',
    paragraphs: [
      greet(mail.customerName),
      reason.sentence ?? 'Your order was canceled.',
      refunded > 0
        ? waysBack(mail)
        : 'You have not been charged; where your bank shows an amount set aside, it disappears by itself.',
    ],
    ...(reason.words !== undefined && { quote: reason.words }),
    ...labelOf(order),
    lines: linesOf(order, 'with prices'),
    sums:
      refunded > 0
        ? [{ label: 'Going back to you', amount: formatAmount(refunded, order.currency), strong: true }]
        : [],
    button: { label: 'See your order', url: mail.orderUrl },
    ...receiptLinkOf(mail),
    closing: closingOf(shop),
  };
}

/** It was not paid in time; what some had paid in cash goes back. */
export function orderExpired(mail: ContentOf<'order_expired'>, shop: Shop): MailView {
  const { order, customerName, orderUrl } = mail;
  const isReturned = (mail.refundAmount ?? 0) > 0;
  return {
    subject: 'Your order was not paid in time',
    preview: isReturned ? 'You get your money back.' : 'You have not been charged.',
    badge: { label: 'Expired', tone: 'calm' },
    headline: 'Your order has expired',
    paragraphs: [
      greet(customerName),
      'It was not paid in time, so what we had set aside is on sale again.',
      isReturned
        ? waysBack(mail)
        : 'You have not been charged; where your bank shows an amount set aside, it disappears by itself.',
      'Still hungry? You are welcome to order again.',
    ],
    ...labelOf(order),
    lines: linesOf(order, 'without prices'),
    sums: [],
    button: { label: 'See your order', url: orderUrl },
    closing: closingOf(shop),
  };
}

/** How money goes back: each part the way it came. */
function waysBack(mail: {
  readonly order: { readonly currency: string };
  readonly refundAmount?: number;
  readonly cashAmount?: number;
}): string {
  const cash = mail.cashAmount ?? 0;
  const card = (mail.refundAmount ?? 0) - cash;
  const money = (amount: number) => formatAmount(amount, mail.order.currency);
  return [
    ...(card > 0
      ? [`${money(card)} goes back to the card it came from. Banks take up to ten days to show it.`]
      : []),
    ...(cash > 0 ? [`You get ${money(cash)} back in cash, at the counter.`] : []),
  ].join(' ');
}

/** Money goes back for an order. */
export function refundIssued(mail: ContentOf<'refund_issued'>, shop: Shop): MailView {
  const { order } = mail;
  const amount = formatAmount(mail.refundAmount, order.currency);
  const { words } = describeReason(mail.reason ?? null);
  return {
    subject: `${amount} refunded for ${nameOf(order)}`,
    preview: `You get ${amount} back.`,
    badge: { label: 'Refunded', tone: 'calm' },
    headline: `You get ${amount} back`,
    paragraphs: [greet(mail.customerName), waysBack(mail)],
    ...(words !== undefined && { quote: words }),
    ...labelOf(order),
    lines: [],
    sums: [
      { label: 'Paid', amount: formatAmount(order.totalAmount + order.tipsAmount, order.currency) },
      { label: 'Refunded now', amount, strong: true },
    ],
    button: { label: 'See your order', url: mail.orderUrl },
    ...receiptLinkOf(mail),
    closing: closingOf(shop),
  };
}
