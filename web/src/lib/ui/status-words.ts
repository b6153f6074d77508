import type { OrderStatus } from '#domain/order.ts';
import type { PaymentStatus } from '#domain/share.ts';
import type { Tone } from './Badge.svelte';

/** An order's status as a customer reads it, and its tone. */
export const STATUS_WORDS: Readonly<Record<OrderStatus, { readonly label: string; readonly tone: Tone }>> = {
  open: { label: 'Open', tone: 'info' },
  placing: { label: 'Checking stock', tone: 'warn' },
  awaiting_payment: { label: 'Waiting for payment', tone: 'warn' },
  capturing: { label: 'Taking payment', tone: 'warn' },
  confirmed: { label: 'Confirmed', tone: 'info' },
  preparing: { label: 'Being prepared', tone: 'info' },
  ready: { label: 'Ready', tone: 'good' },
  completed: { label: 'Completed', tone: 'neutral' },
  rejected: { label: 'Not placed', tone: 'bad' },
  expired: { label: 'Timed out', tone: 'neutral' },
  canceled: { label: 'Canceled', tone: 'bad' },
};

/** A payment status in words, and its tone. */
export const PAYMENT_WORDS: Readonly<Record<PaymentStatus, { readonly label: string; readonly tone: Tone }>> =
  {
    unpaid: { label: 'Unpaid', tone: 'warn' },
    partly_authorized: { label: 'Partly authorized', tone: 'warn' },
    authorized: { label: 'Authorized', tone: 'info' },
    paid: { label: 'Paid', tone: 'good' },
    partly_refunded: { label: 'Partly refunded', tone: 'neutral' },
    refunded: { label: 'Refunded', tone: 'neutral' },
  };
