import { expect, test } from 'vitest';
import { cardName, isExpired } from './card.ts';

test.each([
  ['visa', 'Visa •••• 4242'],
  ['amex', 'American Express •••• 4242'],
  ['a_network_of_next_year', '•••• 4242'],
])('a card of %s is called by its network and its last digits', (brand, expected) => {
  expect(cardName({ brand, last4: '4242' })).toBe(expected);
});

test.each([
  ['2026-11-30T23:59:59Z', false],
  ['2026-12-01T00:00:00Z', true],
  ['2027-01-01T00:00:00Z', true],
])('a card that is good through 11/26 is expired at %s: %s', (now, expected) => {
  expect(isExpired({ expMonth: 11, expYear: 2026 }, new Date(now))).toBe(expected);
});

test('a card that is good through December is not expired before the year is over', () => {
  expect(isExpired({ expMonth: 12, expYear: 2026 }, new Date('2026-12-31T12:00:00Z'))).toBe(false);
});
