import { expect, it } from 'vitest';
import type { PublicEvent } from '#domain/contract/orders.ts';
import * as words from './change-words.ts';
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

it('tells what was changed, by whom and why, and why a change was not made', () => {
  const [ada, ben] = ['p1', 'p2'];
  const change = {
    ...({
      id: 'c1',
      at: '2026-11-23T12:00:00.000Z',
      by: 'staff',
      participantId: null,
      isSeen: true,
    } as const),
    ...{ reasonText: 'the oven broke', differenceAmount: -100, noted: [] },
    came: [{ lineId: 'l1', name: 'Tea', options: ['oat milk'], quantity: 2, note: 'hot' }],
    went: [{ lineId: null, name: 'Cake', options: [], quantity: 1, note: null }],
    place: { from: null, to: { kind: 'table', label: '7' } } as const,
  };
  const participants = [
    { id: ada, name: 'Ada' },
    { id: ben, name: 'Ben' },
  ];
  const entries = historyOf(
    [
      event(3, 'changed', { changeId: 'c0', madeBy: 'guest', participantId: ben }),
      event(4, 'changed', { changeId: 'c1', madeBy: 'staff' }),
      event(5, 'change_given_up', { reason: 'payment_declined' }),
    ],
    'eur',
    undefined,
    { changes: [change], participants, words },
  );
  expect(entries.map(({ text, details }) => [text, ...details])).toEqual([
    ['A change was not made: the order is as it was', 'the card was declined'],
    [
      'The shop changed the order',
      'Added: 2× Tea (oat milk, “hot”)',
      'Taken off: 1× Cake',
      'It goes here now: Table 7',
      'Why: the oven broke',
    ],
    ['Ben changed the order'],
  ]);
  const alone = { changes: [], participants: participants.slice(0, 1), words };
  const own = event(3, 'changed', { madeBy: 'guest', participantId: ada });
  expect(historyOf([own], 'eur', undefined, alone)).toMatchObject([{ text: 'You changed the order' }]);
  // Until its words are loaded.
  expect(historyOf([own], 'eur', undefined, { ...alone, words: undefined })).toMatchObject([
    { text: 'The order was changed', details: [] },
  ]);
});
