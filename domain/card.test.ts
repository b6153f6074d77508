import { expect, test } from 'vitest';
import { cardName } from './card.ts';

test.each([
  ['visa', 'Visa •••• 4242'],
  ['amex', 'American Express •••• 4242'],
  ['a_network_of_next_year', 'Card •••• 4242'],
])('a card of %s is called by its network and its last digits', (brand, expected) => {
  expect(cardName({ brand, last4: '4242' })).toBe(expected);
});
