import { orderStatus, paymentStatus } from '#messages';
import type { OrderStatus } from '#domain/order.ts';
import type { PaymentStatus } from '#domain/share.ts';
import type { Tone } from './Badge.svelte';

/** An order's status in words, and its tone. */
export const STATUS_WORDS: Readonly<Record<OrderStatus, { readonly label: string; readonly tone: Tone }>> = {
  placing: { label: orderStatus.placing(), tone: 'warn' },
  awaiting_payment: { label: orderStatus.awaitingPayment(), tone: 'warn' },
  capturing: { label: orderStatus.capturing(), tone: 'warn' },
  confirmed: { label: orderStatus.confirmed(), tone: 'info' },
  preparing: { label: orderStatus.preparing(), tone: 'info' },
  ready: { label: orderStatus.ready(), tone: 'good' },
  completed: { label: orderStatus.completed(), tone: 'neutral' },
  rejected: { label: orderStatus.rejected(), tone: 'bad' },
  expired: { label: orderStatus.expired(), tone: 'neutral' },
  canceled: { label: orderStatus.canceled(), tone: 'bad' },
};

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
