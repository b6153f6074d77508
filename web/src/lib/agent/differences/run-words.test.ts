import { expect, test } from 'vitest';
import { comparedWords, runWords, starterWords } from './run-words.ts';

const run = {
  id: '0197a000-0000-7000-8000-000000000003',
  startedBy: 'schedule',
  status: 'completed' as const,
  startedAt: '2026-11-25T12:00:00.000Z',
  endedAt: '2026-11-25T12:00:01.000Z',
  comparedPayments: 1,
  comparedIntents: 1200,
  comparedWorkflows: 0,
  comparedOrders: 1,
  comparedBookings: 3,
  found: 0,
};

test('how a comparison went, by whom and of what', () => {
  expect(runWords(run).label).toBe('Everything agrees');
  expect(runWords({ ...run, found: 1 }).label).toBe('1 difference');
  expect(runWords({ ...run, status: 'failed' }).label).toBe('Failed');
  expect(starterWords('schedule')).toBe('On schedule');
  expect(starterWords('Ada')).toBe('Ada');
  expect(comparedWords(run)).toBe('1 paid order, 1 payment, 1,200 at Stripe, 3 bookings, 0 workflows');
});
