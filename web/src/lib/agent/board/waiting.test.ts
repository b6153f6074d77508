import { expect, test } from 'vitest';
import { minutesBetween, waitingText, waitLevel } from './waiting.ts';

test('an order becomes slow and then late, sooner while nobody has started it', () => {
  expect([4, 5, 10].map((minutes) => waitLevel('confirmed', minutes))).toEqual(['fine', 'slow', 'late']);
  expect([11, 12, 20].map((minutes) => waitLevel('preparing', minutes))).toEqual(['fine', 'slow', 'late']);
  expect([19, 20, 30].map((minutes) => waitLevel('ready', minutes))).toEqual(['fine', 'slow', 'late']);
});

test('waiting is said short enough to read in passing', () => {
  expect([0, 1, 59, 60, 65, 1439, 1440, 4320].map(waitingText)).toEqual([
    'just now',
    '1 min',
    '59 min',
    '1 h 00',
    '1 h 05',
    '23 h 59',
    '1 day',
    '3 days',
  ]);
});

test('a clock that runs behind the server does not make waiting negative', () => {
  expect(minutesBetween(60_000, 0)).toBe(0);
  expect(minutesBetween(0, 119_999)).toBe(1);
});
