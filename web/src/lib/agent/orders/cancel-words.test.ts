import { expect, test } from 'vitest';
import { buildOrder } from './order-builder.ts';
import { asksForRestock, moneyBackWords } from './cancel-words.ts';

const [share] = buildOrder(1).shares;

test('says how much goes back, with the tip', () => {
  expect(moneyBackWords(buildOrder(1))).toBe('€9.00 goes back to the customer’s card.');
  const tipped = buildOrder(1, { tipsAmount: 100, shares: [{ ...share!, tipAmount: 100 }] });
  expect(moneyBackWords(tipped)).toBe('€10.00 goes back to the customer’s card, tip included.');
});

test('says what is only released, and when nothing goes back', () => {
  const withShare = (status: 'authorized' | 'due') => buildOrder(1, { shares: [{ ...share!, status }] });
  expect(moneyBackWords(withShare('authorized'))).toBe('€9.00 is released on the customer’s card.');
  expect(moneyBackWords(withShare('due'))).toBe('Nothing has been paid, so no money goes back.');
  expect(moneyBackWords(buildOrder(1, { refundedAmount: 900 }))).toBe('All the money has already gone back.');
});

test('asks what to do with the products only once they are being made', () => {
  expect(asksForRestock(buildOrder(1))).toBe(false);
  expect(asksForRestock(buildOrder(1, { status: 'preparing' }))).toBe(true);
  expect(asksForRestock(buildOrder(1, { status: 'ready' }))).toBe(true);
});
