import { expect, test } from 'vitest';
import type { PublicEvent } from '#domain/contract/orders.ts';
import { EVENT_TYPES, type EventType } from '#domain/events.ts';
import { eventWords } from './words.ts';

const event = (type: EventType, changes: Partial<PublicEvent> = {}): PublicEvent => ({
  orderId: '0197a000-0000-7000-8000-000000000001',
  version: 1,
  type,
  at: '2026-11-22T12:00:00.000Z',
  actor: 'workflow',
  status: 'confirmed',
  ...changes,
});

test('every event has words, even without any details', () => {
  for (const type of EVENT_TYPES) expect(eventWords(event(type), 'eur'), type).toMatch(/^[A-Z][^_]+$/);
});

test('events tell amounts, reasons and declines in words', () => {
  expect(eventWords(event('payment_authorized', { amount: 450 }), 'eur')).toBe('Payment of €4.50 authorized');
  expect(eventWords(event('payment_declined', { declineCode: 'insufficient_funds' }), 'eur')).toBe(
    'Card declined: insufficient funds',
  );
  const unconfirmed = { declineCode: 'payment_intent_authentication_failure' };
  expect(eventWords(event('payment_declined', unconfirmed), 'eur')).toBe(
    'Card declined: not confirmed with the bank',
  );
  expect(eventWords(event('expired', { reason: 'payment_deadline' }), 'eur')).toBe(
    'Expired: it was not paid in time',
  );
  expect(eventWords(event('disputed', { reason: 'product_not_received' }), 'eur')).toBe(
    'Payment disputed: product not received',
  );
  expect(eventWords(event('canceled', { reason: 'canceled_by_host' }), 'eur')).toBe(
    'Canceled by the customer',
  );
  expect(eventWords(event('attention_raised', { reason: 'refund_failed' }), 'eur')).toBe(
    'Needs attention: Refund failed',
  );
});
