/** An order told to the customer: what happens now, in a headline and a sentence, and how far it has come. */

import type { Order } from '#domain/contract/orders.ts';
import { declineSentence } from '#domain/decline-sentence.ts';
import { formatAmount } from '#lib/ui/money.ts';
import { END_REASONS, type EndReason } from '#domain/order.ts';
import { handoverOf, type Handover } from '#domain/place.ts';
import { placeName } from '../ui/place-words.ts';
import { wasCharged, wayBack } from './money-back.ts';

/** How a screen colors the story. `working`: nothing to do but wait. `asking`: the customer must act. */
export type Mood = 'working' | 'asking' | 'cooking' | 'ready' | 'done' | 'ended';

export interface Story {
  readonly mood: Mood;
  readonly headline: string;
  readonly text: string;
}

/** `paying`: a card was given and its outcome is not known yet. */
export function tellStory(order: Order, paying = false): Story {
  switch (order.status) {
    case 'placing':
      return { mood: 'working', headline: 'One moment', text: 'We are setting everything aside for you.' };
    case 'awaiting_payment':
      return tellPayment(order, paying);
    case 'capturing':
      return {
        mood: 'working',
        headline: 'Taking your payment',
        text: 'Everything is set aside. This takes a moment.',
      };
    case 'confirmed':
      return {
        mood: 'cooking',
        headline: 'The kitchen has it',
        text: 'Paid, thank you! We start any moment, and your receipt is in the mail.',
      };
    case 'preparing':
      return { mood: 'cooking', headline: 'We are on it', text: 'Your order is being prepared right now.' };
    case 'ready':
      return {
        mood: 'ready',
        headline: READY_HEADLINES[handoverOf(order.place)],
        text: readyText(order.place),
      };
    case 'completed':
      return { mood: 'done', headline: 'Enjoy!', text: withRefund(order, 'Thank you for being our guest.') };
    case 'rejected':
    case 'expired':
    case 'canceled':
      return tellEnd(order);
  }
}

function tellPayment(order: Order, paying: boolean): Story {
  const share = order.shares[0];
  const { declineCode } = share ?? {};
  if (share?.status === 'requires_action') {
    return {
      mood: 'asking',
      headline: 'Your bank has a question',
      text: 'Please confirm the payment with your bank. Nothing is charged until you do.',
    };
  }
  if (declineCode && share?.status === 'due') {
    return { mood: 'asking', headline: 'That card did not work', text: declineSentence(declineCode) };
  }
  if (share?.status === 'due' && !paying) {
    return {
      mood: 'asking',
      headline: 'Waiting for your payment',
      text: 'Everything is set aside for you. We start as soon as it is paid.',
    };
  }
  return {
    mood: 'working',
    headline: 'Taking your payment',
    text: 'Everything is set aside. This takes a moment.',
  };
}

const ENDS: Readonly<Record<EndReason, { readonly headline: string; readonly text: string }>> = {
  out_of_stock: {
    headline: 'Not enough left',
    text: 'Somebody was a moment quicker, so we could not place your order.',
  },
  too_late: {
    headline: 'That took too long',
    text: 'We could not take your order in time. Please place it once more.',
  },
  payment_deadline: {
    headline: 'Time ran out',
    text: 'The payment did not come in time, so we let go of what we had set aside.',
  },
  canceled_by_host: { headline: 'Canceled', text: 'You canceled this order.' },
  canceled_by_agent: {
    headline: 'We had to cancel',
    text: 'We are sorry: our team could not make this order.',
  },
  capture_failed: {
    headline: 'The payment fell through',
    text: 'Your bank did not release the money, so we could not make this order.',
  },
};

function tellEnd(order: Order): Story {
  const { reason, status } = order;
  if (isEndReason(reason)) {
    const end = ENDS[reason];
    return { mood: 'ended', headline: end.headline, text: withRefund(order, end.text) };
  }
  if (status !== 'canceled')
    return { mood: 'ended', headline: 'This order has ended', text: withRefund(order, '') };
  // Staff gave words of their own: they come beside the apology, not in its place.
  const { headline, text } = ENDS.canceled_by_agent;
  return {
    mood: 'ended',
    headline,
    text: withRefund(order, reason ? `${text} They say: “${reason}”.` : text),
  };
}

const BACK = {
  card: (amount: string) => `${amount} went back to your card; banks take a few days to show it.`,
  cash: (amount: string) => `You get ${amount} back in cash, at the counter.`,
  both: (amount: string) => `${amount} goes back the way it was paid: to cards, and in cash at the counter.`,
};

function withRefund(order: Order, text: string): string {
  if (order.refundedAmount > 0) {
    const amount = formatAmount(order.refundedAmount, order.currency);
    return `${text} ${BACK[wayBack(order)](amount)}`.trim();
  }
  if (order.status === 'completed') return text;
  return `${text} ${wasCharged(order) ? 'Your money is on its way back.' : 'Nothing was charged.'}`.trim();
}

const READY_HEADLINES: Readonly<Record<Handover, string>> = {
  brought: 'On its way',
  collected: 'Come and get it',
  untold: 'It is ready',
};

function readyText(place: Order['place']): string {
  const name = place && placeName(place);
  switch (handoverOf(place)) {
    case 'brought':
      return `We bring it to you: ${name}.`;
    case 'collected':
      return place?.label ? `Your order waits for you: ${name}.` : 'Your order waits for you at the counter.';
    case 'untold':
      return `Your order is ready: ${name}.`;
  }
}

function isEndReason(reason: string | null): reason is EndReason {
  return (END_REASONS as readonly (string | null)[]).includes(reason);
}
