import { expect, test } from 'vitest';
import { remindersOf, roundHoldMs } from './round.ts';

const MINUTE = 60_000;
const NOW = 1_800_000_000_000;
const inMinutes = (minutes: number) => new Date(NOW + minutes * MINUTE);

test.each([
  ['no deadline: the shop’s hold', null, 10],
  ['the deadline of the tab', inMinutes(90), 90],
  ['a deadline that has passed: the shop’s hold', inMinutes(-1), 10],
  ['at most a day', inMinutes(10_000), 1440],
])('a round may be paid: %s', (_what, deadline, minutes) => {
  expect(roundHoldMs({ deadline }, 10 * MINUTE, NOW)).toBe(minutes * MINUTE);
});

test.each([
  [
    'an hour',
    60,
    [
      ['half_time', 30],
      ['last_call', 55],
    ],
  ],
  [
    'a quarter of an hour',
    15,
    [
      ['half_time', 7.5],
      ['last_call', 10],
    ],
  ],
  ['ten minutes', 10, [['last_call', 5]]],
  ['four minutes', 4, [['half_time', 2]]],
  ['a minute', 1, []],
])('who owes is reminded of a round of %s', (_what, minutes, expected) => {
  const reminders = remindersOf({ sentAt: NOW, deadline: NOW + minutes * MINUTE });
  expect(reminders.map(({ reminder, at }) => [reminder, (at - NOW) / MINUTE])).toEqual(expected);
});
