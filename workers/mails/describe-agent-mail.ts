import type { ContentOf } from './mail-content.ts';
import type { MailView } from './mail-view.ts';
import { onOneLine, quoteOf } from './names.ts';
import { labelOf, linesOf, numberOf, placeOf, sumsOf } from './order-view.ts';
import type { Reader } from './reader.ts';

/** To agents: an order was paid and must be prepared. */
export function agentNewOrder(
  { order, customerName, orderUrl }: ContentOf<'agent_new_order'>,
  reader: Reader,
): MailView {
  const { staffMails: words } = reader.messages;
  const customer = onOneLine(customerName) || words.guest();
  const count = order.lines.reduce((sum, line) => sum + line.quantity, 0);
  const itemsFor = words.itemsFor({ count, customer });
  return {
    subject: words.newSubject({
      number: numberOf(order),
      place: placeOf(order, reader) ?? 'none',
    }),
    preview: itemsFor,
    badge: { label: words.badgeNew(), tone: 'good' },
    headline: itemsFor,
    paragraphs: [
      order.paidAfter
        ? words.paidLater()
        : words.paidAt({ time: reader.time(order.confirmedAt ?? order.createdAt) }),
    ],
    ...labelOf(order, reader),
    lines: linesOf(order, 'without prices', reader),
    sums: sumsOf(order, reader),
    button: { label: words.openBoard(), url: orderUrl },
    closing: [words.why({ shop: reader.shop.name })],
  };
}

/** To agents: stop preparing the order. */
export function agentOrderCanceled(mail: ContentOf<'agent_order_canceled'>, reader: Reader): MailView {
  const { staffMails: words } = reader.messages;
  const { order } = mail;
  const refunded = mail.refundAmount ?? 0;
  const number = numberOf(order);
  return {
    subject: words.canceledSubject({ number }),
    preview: words.canceledPreview(),
    badge: { label: words.badgeCanceled(), tone: 'warn' },
    headline: words.canceledHeadline({ number }),
    paragraphs: [
      words.canceledFor({ customer: onOneLine(mail.customerName) || words.guest() }),
      ...(refunded > 0 ? [words.goesBack({ amount: reader.money(refunded, order.currency) })] : []),
    ],
    ...quoteOf(order.reasonText),
    ...labelOf(order, reader),
    lines: linesOf(order, 'without prices', reader),
    sums: [],
    button: { label: words.openOrder(), url: mail.orderUrl },
    closing: [words.why({ shop: reader.shop.name })],
  };
}
