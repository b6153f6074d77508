import type { Order } from '../../domain/contract/orders.ts';
import { formatAmount } from '../../domain/money.ts';
import type { Shop } from '../../domain/shop.ts';
import { describeReason } from './describe-reason.ts';
import type { ContentOf } from './mail-content.ts';
import type { MailView } from './mail-view.ts';
import { onOneLine } from './names.ts';
import { formatTime, labelOf, linesOf, nameOf, placeOf, sumsOf } from './order-view.ts';

const closingOf = (shop: Shop) => [`You get this mail because you work at ${shop.name}.`];

/** To agents: an order was paid and wants to be made. */
export function agentNewOrder(
  { order, customerName, orderUrl }: ContentOf<'agent_new_order'>,
  shop: Shop,
): MailView {
  const customer = onOneLine(customerName) || 'a guest';
  const place = placeOf(order);
  const where = place === null ? '' : `, ${place}`;
  return {
    subject: `New ${nameOf(order)}${where}`,
    preview: `${countOf(order)} for ${customer}`,
    badge: { label: 'New order', tone: 'good' },
    headline: `${countOf(order)} for ${customer}`,
    paragraphs: [`Paid ${formatTime(order.confirmedAt ?? order.createdAt, shop)}.`],
    ...labelOf(order),
    lines: linesOf(order, 'without prices'),
    sums: sumsOf(order),
    button: { label: 'Open it on the board', url: orderUrl },
    closing: closingOf(shop),
  };
}

/** To agents: stop making it. */
export function agentOrderCanceled(mail: ContentOf<'agent_order_canceled'>, shop: Shop): MailView {
  const { order } = mail;
  const reason = describeReason(mail.reason ?? order.reason);
  const refunded = mail.refundAmount ?? 0;
  return {
    subject: `Canceled: ${nameOf(order)}`,
    preview: 'Please stop making it.',
    badge: { label: 'Canceled', tone: 'warn' },
    headline: `Stop: ${nameOf(order)} was canceled`,
    paragraphs: [
      `It was for ${onOneLine(mail.customerName) || 'a guest'}.`,
      ...(refunded > 0 ? [`${formatAmount(refunded, order.currency)} goes back to the customer.`] : []),
    ],
    ...(reason.words !== undefined && { quote: reason.words }),
    ...labelOf(order),
    lines: linesOf(order, 'without prices'),
    sums: [],
    button: { label: 'Open the order', url: mail.orderUrl },
    closing: closingOf(shop),
  };
}

function countOf(order: Order): string {
  const count = order.lines.reduce((sum, line) => sum + line.quantity, 0);
  return count === 1 ? '1 item' : `${count} items`;
}
