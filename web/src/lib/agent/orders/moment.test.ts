import { expect, test } from 'vitest';
import { momentText, secondText } from './moment.ts';

const now = Date.parse('2026-11-22T18:00:00Z');

test('today needs no date, another day does, another year too', () => {
  expect(momentText('2026-11-22T14:05:09Z', now, 'UTC')).toBe('14:05');
  expect(momentText('2026-11-21T14:05:09Z', now, 'UTC')).toBe('21 Nov, 14:05');
  expect(momentText('2025-12-31T23:59:00Z', now, 'UTC')).toBe('31 Dec 2025, 23:59');
});

test('what day it is depends on where one is', () => {
  expect(momentText('2026-11-22T00:30:00Z', now, 'America/New_York')).toBe('21 Nov, 19:30');
});

test('histories tell seconds', () => {
  expect(secondText('2026-11-22T14:05:09Z', 'UTC')).toBe('14:05:09');
});
