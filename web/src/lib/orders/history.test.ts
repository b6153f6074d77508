import { expect, it } from 'vitest';
import type { PublicEvent } from '#domain/contract/orders.ts';
import { historyOf } from './history.ts';

const event = (version: number, type: PublicEvent['type'], more: Partial<PublicEvent> = {}): PublicEvent => ({
  orderId: 'o1',
  version,
  type,
  at: '2026-11-23T12:00:00.000Z',
  actor: 'workflow',
  status: 'confirmed',
  ...more,
});

it('tells the newest first and leaves out what only matters inside', () => {
  const entries = historyOf([event(1, 'placed'), event(2, 'held'), event(3, 'capture_started')], 'eur');
  expect(entries.map((entry) => entry.version)).toEqual([2, 1]);
});

it('tells a card that was declined from a bank that did not confirm', () => {
  const entries = historyOf(
    [
      event(3, 'payment_declined', { declineCode: 'insufficient_funds' }),
      event(5, 'payment_declined', { declineCode: 'payment_intent_authentication_failure' }),
    ],
    'eur',
  );
  expect(entries.map((entry) => entry.text)).toEqual(['Your bank did not confirm', 'A card was declined']);
});

it('says who canceled, and how much came back', () => {
  const entries = historyOf(
    [event(5, 'canceled', { actor: 'host' }), event(6, 'refunded', { amount: 1250 })],
    'eur',
  );
  expect(entries.map((entry) => entry.text)).toEqual([
    '€12.50 was sent back to your card',
    'You canceled the order',
  ]);
});
