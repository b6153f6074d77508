import { expect, test } from 'vitest';
import { noticeMinutesOf, refusedFor } from './tab-card.ts';

test.each([
  [12, 60],
  [2, 60],
  [1, 30],
  [0.5, 15],
])('before %i hours of silence charge a card, its giver is told %i minutes ahead', (hours, minutes) => {
  expect(noticeMinutesOf(hours)).toBe(minutes);
});

test.each([
  ['expired_card', 'expired'],
  ['authentication_required', 'authentication_required'],
  ['insufficient_funds', 'declined'],
  [null, 'declined'],
] as const)('a card that its bank declines with %s is refused as %s', (code, reason) => {
  expect(refusedFor(code)).toBe(reason);
});
