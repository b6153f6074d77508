/** All that pages show of an order's statuses to everybody: another status asks for its rows here. */

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
  /** How many steps of its way are behind an order, and whether the next one is going on; null: it has left its way. */
  readonly reached: readonly [done: number, isOnNext: boolean] | null;
}

/** An order's status in words, its tone, and how far the order has come. */
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

/** How a screen colors the story. `working`: nothing to do but wait. `asking`: the customer must act. */
export type Mood = 'working' | 'asking' | 'cooking' | 'ready' | 'done' | 'ended';

/** What a customer is told of a step that staff have taken: now, and in the history of her order. */
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

/** A payment status in words, and its tone. */
export const PAYMENT_WORDS: Readonly<Record<PaymentStatus, { readonly label: string; readonly tone: Tone }>> =
  {
    unpaid: { label: paymentStatus.unpaid(), tone: 'warn' },
    partly_authorized: { label: paymentStatus.partlyAuthorized(), tone: 'warn' },
    authorized: { label: paymentStatus.authorized(), tone: 'info' },
    paid: { label: paymentStatus.paid(), tone: 'good' },
    partly_refunded: { label: paymentStatus.partlyRefunded(), tone: 'neutral' },
    refunded: { label: paymentStatus.refunded(), tone: 'neutral' },
  };
