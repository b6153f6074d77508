/** The story of a payment of a tab, for its payer. */

import { orderStory, settle, settlementStory as m } from '#messages';
import type { Order } from '#domain/contract/orders.ts';
import type { EndReason } from '#domain/order.ts';
import { language } from '../../browser/language.ts';
import { tellStory, type Story } from '../../orders/order-story.ts';
import { formatAmount } from '../../ui/money.ts';
import { isPart } from './owing.ts';

/** Items that are named one by one; the others are counted. */
const MOST_NAMED = 3;

/** `paying`: a card was sent without an outcome yet; `viewerId`: the reading participant, null for staff. */
export function tellSettlementStory(order: Order, paying: boolean, viewerId: string | null): Story {
  const amount = formatAmount(order.totalAmount, order.currency);
  const [share] = order.shares;
  switch (order.status) {
    case 'awaiting_payment':
      if (share?.status === 'due' && share.declineCode === null && !paying)
        return { mood: 'asking', headline: m.due({ amount }), text: `${itemsOf(order)} ${m.dueText()}` };
      return tellStory(order, paying, viewerId ?? undefined);
    case 'capturing':
      return { mood: 'working', headline: orderStory.capturing(), text: m.capturingText() };
    case 'completed':
      return { mood: 'done', headline: m.paid({ amount }), text: tellPaid(order) };
    default:
      return { mood: 'ended', headline: headlineOfEnd(order.reason), text: m.endedText() };
  }
}

/** Returns what it is for, in words: `For 2× Beer and part of Pizza.` */
function itemsOf({ lines }: Order): string {
  const names = lines.slice(0, MOST_NAMED).map((line) => {
    const { quantity, name } = line;
    if (isPart(line)) return settle.itemPart({ name });
    return quantity > 1 ? `${quantity}× ${name}` : name;
  });
  const count = lines.length - names.length;
  const items = count > 0 ? [...names, settle.itemsMore({ count })] : names;
  return settle.payList({ items: new Intl.ListFormat(language).format(items) });
}

function tellPaid({ refundedAmount, currency, settles }: Order): string {
  if (refundedAmount === 0) return settles?.isOnFile ? m.onFileText() : m.paidText();
  return m.givenBack({ amount: formatAmount(refundedAmount, currency) });
}

function headlineOfEnd(reason: EndReason | null): string {
  if (reason === 'payment_deadline') return m.expired();
  return reason === 'capture_failed' ? orderStory.captureFailed() : m.canceled();
}
