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
  const refunded = { ...share!, status: 'refunded', refundedAmount: 900 } as const;
  expect(moneyBackWords(buildOrder(1, { refundedAmount: 900, shares: [refunded] }))).toBe(
    'All the money has already gone back.',
  );
});

test('does not say of a round that is paid with its tab that nobody has paid', () => {
  const words = moneyBackWords(buildOrder(1, { paidAfter: true, shares: [] }));
  expect(words).toBe('What is not paid yet is no longer owed. What was paid goes back to whoever paid it.');
});

test('says what is to be handed out in cash', () => {
  const inCash = { ...share!, method: 'cash' } as const;
  expect(moneyBackWords(buildOrder(1, { shares: [inCash] }))).toBe(
    '€9.00 was paid in cash: hand it out to the customer.',
  );
  const both = buildOrder(1, { tipsAmount: 50, shares: [share!, { ...inCash, amount: 500, tipAmount: 50 }] });
  expect(moneyBackWords(both)).toBe(
    '€9.00 goes back to cards, and €5.50 is to be handed out in cash, tip included.',
  );
  const waiting = buildOrder(1, {
    shares: [
      { ...inCash, status: 'authorized' },
      { ...share!, status: 'due' },
    ],
  });
  expect(moneyBackWords(waiting)).toBe('€9.00 was paid in cash: hand it out to the customer.');
});

test('asks what to do with the products only once they are being made', () => {
  expect(asksForRestock(buildOrder(1))).toBe(false);
  expect(asksForRestock(buildOrder(1, { status: 'preparing' }))).toBe(true);
  expect(asksForRestock(buildOrder(1, { status: 'ready' }))).toBe(true);
});
