import { expect, it } from 'vitest';
import type { TabEvent } from '#domain/contract/tabs.ts';
import { tellTabEvent } from './tab-history.ts';

const tab = {
  participants: [
    { id: 'ada', name: 'Ada' },
    { id: 'mia', name: 'Mia 2' },
  ],
  lines: [{ id: 'pizza', name: 'Pizza' }],
  currency: 'eur',
  rounds: [{ orderId: 'first', number: 1 }],
} as unknown as Parameters<typeof tellTabEvent>[1];

const tell = (event: Partial<TabEvent>): string =>
  tellTabEvent(
    { tabId: 't', version: 1, at: '', actor: 'participant', participantId: 'ada', type: 'opened', ...event },
    tab,
  );

it('tells who did what, to whom, with which line and round', () => {
  expect(tell({ type: 'opened' })).toBe('Ada opened the tab');
  expect(tell({ type: 'removed', aboutParticipantId: 'mia' })).toBe('Ada removed Mia 2');
  expect(tell({ type: 'line_added', lineId: 'pizza' })).toBe('Ada added Pizza');
  // It was sent: it is in the basket no more.
  expect(tell({ type: 'line_added', lineId: 'steak', lineName: 'Steak' })).toBe('Ada added Steak');
  expect(tell({ type: 'ready_changed', isReady: true })).toBe('Ada is ready');
  expect(tell({ type: 'ready_changed', isReady: false })).toBe('Ada chooses again');
  expect(tell({ type: 'round_sent', orderId: 'first' })).toBe('Ada sent round 1');
});

it('tells what somebody pays, and pays not', () => {
  const payment = {
    aboutParticipantId: 'mia',
    actor: 'workflow',
    participantId: null,
    amount: 1240,
  } as const;
  expect(tell({ ...payment, type: 'payment_claimed' })).toBe('Mia 2 began to pay €12.40');
  expect(tell({ ...payment, type: 'payment_made' })).toBe('Mia 2 paid €12.40');
  expect(tell({ ...payment, type: 'claim_ended' })).toBe('Mia 2 did not pay €12.40 after all');
});

it('names nobody who is gone, and says when it was the team', () => {
  expect(tell({ type: 'removed', aboutParticipantId: 'gone' })).toBe('Ada removed somebody');
  expect(tell({ type: 'line_removed', lineId: 'gone' })).toBe('Ada removed something');
  expect(tell({ type: 'closing', participantId: null, actor: 'agent' })).toBe('Our team closed the tab');
});
