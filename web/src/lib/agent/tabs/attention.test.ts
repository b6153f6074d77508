import { expect, test } from 'vitest';
import { attentionOf } from './attention.ts';

const NOW = Date.parse('2026-11-29T20:00:00Z');
const tab = {
  status: 'open' as const,
  owedAmount: 450,
  knockCount: 0,
  lastActivityAt: '2026-11-29T19:59:00Z',
  cardRefused: null,
};

test('a tab needs somebody when one waits to be let in, or when something stays to be paid', () => {
  const idle = { ...tab, lastActivityAt: '2026-11-29T19:20:00Z' };
  expect(attentionOf(tab, NOW)).toEqual([]);
  expect(attentionOf({ ...tab, knockCount: 2 }, NOW)).toEqual(['knock']);
  expect(attentionOf(idle, NOW)).toEqual(['idle']);
  expect(attentionOf({ ...idle, owedAmount: 0 }, NOW)).toEqual([]);
  expect(attentionOf({ ...idle, status: 'closing', knockCount: 1 }, NOW)).toEqual([
    'knock',
    'idle',
    'closing',
  ]);
  expect(attentionOf({ ...tab, status: 'closing', cardRefused: 'declined' }, NOW)).toEqual([
    'card',
    'closing',
  ]);
  expect(attentionOf({ ...idle, status: 'closed', owedAmount: 0, cardRefused: 'expired' }, NOW)).toEqual([]);
});
