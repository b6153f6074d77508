/** Everything that pages show everybody per order status. A new status must add its rows here. */

import { orderHistory, orderStatus, orderStory, paymentStatus } from '#messages';
import type { Order } from '#domain/contract/orders.ts';
import type { AdvanceTarget, OrderStatus } from '#domain/order.ts';
import { handoverOf, type Handover } from '#domain/place.ts';
import type { PaymentStatus } from '#domain/share.ts';
import type { Tone } from './Badge.svelte';
import { placeName } from './place-words.ts';

interface StatusWords {
  readonly label: string;
  readonly tone: Tone;
  /** Number of completed steps, and whether the next one is running; null if the order left its normal course. */
  readonly reached: readonly [done: number, isOnNext: boolean] | null;
}

/** Text, tone and progress of an order status. */
export const STATUS_WORDS = {
  placing: { label: orderStatus.placing(), tone: 'warn', reached: [0, true] },
  awaiting_payment: { label: orderStatus.awaitingPayment(), tone: 'warn', reached: [1, true] },
  capturing: { label: orderStatus.capturing(), tone: 'warn', reached: [1, true] },
  confirmed: { label: orderStatus.confirmed(), tone: 'info', reached: [2, false] },
  preparing: { label: orderStatus.preparing(), tone: 'info', reached: [2, true] },
  ready: { label: orderStatus.ready(), tone: 'good', reached: [3, true] },
  completed: { label: orderStatus.completed(), tone: 'neutral', reached: [5, false] },
  rejected: { label: orderStatus.rejected(), tone: 'bad', reached: null },
  expired: { label: orderStatus.expired(), tone: 'neutral', reached: null },
  canceled: { label: orderStatus.canceled(), tone: 'bad', reached: null },
} as const satisfies Readonly<Record<OrderStatus, StatusWords>>;

/** A round that is paid after passes the statuses of a payment on its way to the kitchen, and pays nothing in them. */
const SENDING = { ...STATUS_WORDS.capturing, label: orderStatus.sending() };

/** Returns how an order's status is shown; `isPaidAfter`: it is a round that is paid later, with its tab. */
export function statusWords(status: OrderStatus, isPaidAfter: boolean): StatusWords {
  const isSending = isPaidAfter && (status === 'awaiting_payment' || status === 'capturing');
  return isSending ? SENDING : STATUS_WORDS[status];
}

/** Color scheme of the story. `working`: nothing to do but wait. `asking`: the customer must act. */
export type Mood = 'working' | 'asking' | 'cooking' | 'ready' | 'done' | 'ended';

/** The customer's text for a step taken by staff: now, and in her order's history. */
interface StepWords {
  readonly mood: Mood;
  readonly headline: (place: Order['place']) => string;
  readonly text: (place: Order['place']) => string;
  readonly history: string;
}

export const STEP_WORDS = {
  preparing: {
    mood: 'cooking',
    headline: orderStory.preparing,
    text: orderStory.preparingText,
    history: orderHistory.preparing(),
  },
  ready: {
    mood: 'ready',
    headline: (place) => READY_HEADLINES[handoverOf(place)],
    text: readyText,
    history: orderHistory.ready(),
  },
  completed: {
    mood: 'done',
    headline: orderStory.completed,
    text: orderStory.completedText,
    history: orderHistory.completed(),
  },
} as const satisfies Readonly<Record<AdvanceTarget, StepWords>>;

const READY_HEADLINES: Readonly<Record<Handover, string>> = {
  brought: orderStory.readyBrought(),
  collected: orderStory.readyCollected(),
  untold: orderStory.ready(),
};

function readyText(place: Order['place']): string {
  if (place === null) return orderStory.waitsAtCounter();
  const name = placeName(place);
  switch (handoverOf(place)) {
    case 'brought':
      return orderStory.broughtTo({ place: name });
    case 'collected':
      return place.label ? orderStory.waitsAt({ place: name }) : orderStory.waitsAtCounter();
    case 'untold':
      return orderStory.readyAt({ place: name });
  }
}

/** Text and tone of a payment status. */
export const PAYMENT_WORDS: Readonly<Record<PaymentStatus, { readonly label: string; readonly tone: Tone }>> =
  {
    unpaid: { label: paymentStatus.unpaid(), tone: 'warn' },
    partly_authorized: { label: paymentStatus.partlyAuthorized(), tone: 'warn' },
    authorized: { label: paymentStatus.authorized(), tone: 'info' },
    paid: { label: paymentStatus.paid(), tone: 'good' },
    partly_refunded: { label: paymentStatus.partlyRefunded(), tone: 'neutral' },
    refunded: { label: paymentStatus.refunded(), tone: 'neutral' },
  };
