import { expect, test } from 'vitest';
import type { Action } from '#domain/permissions.ts';
import { differenceWords, moreOf, waysToSettle } from './settling.ts';

const preview = (...amounts: readonly number[]) => ({
  differenceAmount: amounts.reduce((sum, amount) => sum + amount, 0),
  byPayer: amounts.map((amount, index) => ({ participantId: String(index), amount })),
});
const manager = (): boolean => true;
const agent = (action: Action): boolean => action !== 'change.waive';
const confirmed = { paidAfter: false, status: 'confirmed' } as const;

test('what is paid now is paid in cash, on the phone or, by a manager’s grace, not at all', () => {
  expect(waysToSettle(confirmed, preview(500, -500), manager)).toEqual(['cash', 'guest', 'waive']);
  expect(waysToSettle(confirmed, preview(500), agent)).toEqual(['cash', 'guest']);
  expect(waysToSettle(confirmed, preview(500), () => false)).toEqual(['guest']);
  expect(waysToSettle(confirmed, preview(-500), manager)).toEqual([]);
});

test('what is paid later is only waived, or not', () => {
  for (const order of [
    { paidAfter: true, status: 'confirmed' },
    { paidAfter: false, status: 'awaiting_payment' },
  ] as const) {
    expect(waysToSettle(order, preview(500), manager)).toEqual(['later', 'waive']);
    expect(waysToSettle(order, preview(500), agent)).toEqual([]);
    expect(waysToSettle(order, preview(-500), manager)).toEqual([]);
  }
});

test('what it costs more is what those pay who pay more, or all of it if it is nobody’s alone', () => {
  expect([moreOf(undefined), moreOf(preview(500, -200)), moreOf(preview(-200))]).toEqual([0, 500, 0]);
  expect(moreOf({ differenceAmount: 300, byPayer: [] })).toBe(300);
  expect(moreOf({ differenceAmount: -300, byPayer: [] })).toBe(0);
  expect([150, -200, 0].map((amount) => differenceWords(amount, 'eur'))).toEqual([
    '€1.50 more',
    '€2.00 back',
    'Same price',
  ]);
});
