import { expect, test } from 'vitest';
import { buildOrder } from '../orders/order-builder.ts';
import { countLate, minutesBetween, waitingText, waitLevel } from './waiting.ts';

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

test('orders that are late are counted from when they were paid', () => {
  const orders = [buildOrder(1), buildOrder(2, { status: 'ready' }), buildOrder(3, { confirmedAt: null })];
  const paidAt = Date.parse(orders[0]!.confirmedAt!);
  expect(countLate(orders, paidAt + 9.5 * 60_000)).toBe(1);
  expect(countLate(orders, paidAt + 10 * 60_000)).toBe(2);
  expect(countLate(orders, paidAt + 30 * 60_000)).toBe(3);
});
