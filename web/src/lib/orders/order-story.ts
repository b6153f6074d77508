/** The story of an order for its customer: headline, sentence, and progress. */

import { decline, orderStory } from '#messages';
import type { Order } from '#domain/contract/orders.ts';
import { declineSentence } from '#domain/decline-sentence.ts';
import { formatAmount } from '#lib/ui/money.ts';
import type { EndReason } from '#domain/order.ts';
import { STEP_WORDS, type Mood } from '../ui/status-words.ts';
import { wasCharged, wayBack } from './money-back.ts';

export interface Story {
  readonly mood: Mood;
  readonly headline: string;
  readonly text: string;
}

/** `paying`: a card was sent without an outcome yet; `viewerId`: the reading participant. */
export function tellStory(order: Order, paying = false, viewerId = order.host): Story {
  const { status, place } = order;
  switch (status) {
    case 'placing':
      return { mood: 'working', headline: orderStory.placing(), text: orderStory.placingText() };
    case 'awaiting_payment':
      return tellPayment(order, paying, viewerId);
    case 'capturing':
      return { mood: 'working', headline: orderStory.capturing(), text: orderStory.capturingText() };
    case 'confirmed':
      return { mood: 'cooking', headline: orderStory.confirmed(), text: orderStory.confirmedText() };
    case 'rejected':
    case 'expired':
    case 'canceled':
      return tellEnd(order);
    default: {
      const { mood, headline, text } = STEP_WORDS[status];
      const told = status === 'completed' ? withRefund(order, text(place)) : text(place);
      return { mood, headline: headline(place), text: told };
    }
  }
}

function tellPayment(order: Order, paying: boolean, viewerId: string): Story {
  const share = order.shares.find(({ participantId }) => participantId === viewerId);
  const { declineCode } = share ?? {};
  if (share?.status === 'requires_action') {
    return {
      mood: 'asking',
      headline: orderStory.bankAsks(),
      text: orderStory.bankAsksText(),
    };
  }
  if (declineCode && share?.status === 'due') {
    return { mood: 'asking', headline: orderStory.declined(), text: declineSentence(decline, declineCode) };
  }
  if (share?.status === 'due' && !paying) {
    return {
      mood: 'asking',
      headline: orderStory.due(),
      text: orderStory.dueText(),
    };
  }
  if (share?.status === 'authorized' && order.paymentStatus === 'partly_authorized')
    return { mood: 'working', headline: orderStory.others(), text: orderStory.othersText() };
  return {
    mood: 'working',
    headline: orderStory.capturing(),
    text: orderStory.capturingText(),
  };
}

const ENDS: Readonly<Record<EndReason, { readonly headline: string; readonly text: string }>> = {
  out_of_stock: { headline: orderStory.outOfStock(), text: orderStory.outOfStockText() },
  too_late: { headline: orderStory.tooLate(), text: orderStory.tooLateText() },
  payment_deadline: { headline: orderStory.deadline(), text: orderStory.deadlineText() },
  canceled_by_host: { headline: orderStory.canceledByHost(), text: orderStory.canceledByHostText() },
  taken_back: { headline: orderStory.takenBack(), text: orderStory.takenBackText() },
  canceled_by_agent: { headline: orderStory.canceledByAgent(), text: orderStory.canceledByAgentText() },
  capture_failed: { headline: orderStory.captureFailed(), text: orderStory.captureFailedText() },
  sold_out: { headline: orderStory.soldOut(), text: orderStory.soldOutText() },
};

function tellEnd(order: Order): Story {
  const { reason, reasonText } = order;
  if (reason === null) return { mood: 'ended', headline: orderStory.ended(), text: withRefund(order, '') };
  const { headline, text } = ENDS[reason];
  // The staff's words follow the apology and do not replace it; her own words are not repeated.
  const isExplained = reason === 'canceled_by_agent' && reasonText !== null;
  return {
    mood: 'ended',
    headline,
    text: withRefund(order, isExplained ? `${text} ${orderStory.theySay({ words: reasonText })}` : text),
  };
}

const BACK = {
  card: orderStory.backToCard,
  cash: orderStory.backInCash,
  both: orderStory.backBoth,
};

function withRefund(order: Order, text: string): string {
  if (order.refundedAmount > 0) {
    const amount = formatAmount(order.refundedAmount, order.currency);
    return `${text} ${BACK[wayBack(order)]({ amount })}`.trim();
  }
  if (order.status === 'completed') return text;
  return `${text} ${wasCharged(order) ? orderStory.moneyOnItsWay() : orderStory.nothingCharged()}`.trim();
}
