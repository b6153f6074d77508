/** The story of a group's order, for one of its people. */

import { roundStory } from '#messages';
import type { Order, Share } from '#domain/contract/orders.ts';
import { tellStory, type Story } from '../../orders/order-story.ts';
import { formatAmount } from '../../ui/money.ts';
import { asPayer, isUnpaid, sharesOf } from './round-shares.ts';

/** `paying`: a card was sent without an outcome yet; `viewerId`: the reading participant, null for staff. */
export function tellRoundStory(order: Order, paying: boolean, viewerId: string | null): Story {
  if (order.paidAfter) return tellPaidAfter(order);
  if (order.status !== 'awaiting_payment')
    return tellStory(asPayer(order, viewerId), paying, viewerId ?? undefined);
  const mine = sharesOf(order, viewerId).filter(({ amount }) => amount > 0);
  const current = mine.find(isUnpaid);
  return current ? tellOwn(order, current, paying) : tellOthers(order, mine);
}

/** A round that is paid later: its story has no payment. */
function tellPaidAfter(order: Order): Story {
  const story = tellStory(order);
  switch (order.status) {
    case 'placing':
    case 'awaiting_payment':
    case 'capturing':
      return { mood: 'working', headline: roundStory.onItsWay(), text: roundStory.onItsWayText() };
    case 'confirmed':
      return { ...story, text: roundStory.laterText() };
    case 'canceled':
      return { ...story, text: roundStory.offTheBill() };
    default:
      return story;
  }
}

function tellOwn(order: Order, share: Share, paying: boolean): Story {
  const hasNews = share.status !== 'due' || share.declineCode !== null || paying;
  if (hasNews) return tellStory({ ...order, shares: [share] }, paying, share.participantId);
  const amount = formatAmount(share.amount, order.currency);
  return { mood: 'asking', headline: roundStory.due({ amount }), text: roundStory.dueText() };
}

function tellOthers(order: Order, mine: readonly Share[]): Story {
  const count = new Set(order.shares.filter(isUnpaid).map(({ participantId }) => participantId)).size;
  const headline = count > 0 ? roundStory.waiting({ count }) : roundStory.allPaid();
  if (mine.length === 0) return { mood: 'working', headline, text: roundStory.nothingText() };
  const byCard = mine.some(({ method }) => method !== 'cash');
  return { mood: 'working', headline, text: byCard ? roundStory.setAside() : roundStory.cash() };
}
