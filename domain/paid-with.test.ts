import { expect, test } from 'vitest';
import { paidWith, waysPaid } from './paid-with.ts';

const visa = { brand: 'visa', last4: '4242' };

test('cash, a card, a card that is not told, nothing', () => {
  expect(paidWith({ method: 'cash', card: null })).toBe('Cash');
  expect(paidWith({ method: 'card', card: visa })).toBe('Visa •••• 4242');
  expect(paidWith({ method: 'card', card: null })).toBe('Card');
  expect(paidWith({ method: null, card: null })).toBeUndefined();
});

test('ways of paying are summed with their tips, each once', () => {
  const share = (method: 'card' | 'cash', amount: number, tipAmount: number) => ({
    ...{ method, amount, tipAmount, card: method === 'card' ? visa : null },
  });
  expect(waysPaid([share('cash', 500, 50), share('card', 700, 0), share('cash', 100, 0)])).toEqual([
    { way: 'Cash', amount: 650 },
    { way: 'Visa •••• 4242', amount: 700 },
  ]);
});
