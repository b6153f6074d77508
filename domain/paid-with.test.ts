import { expect, test } from 'vitest';
import { wayOf, waysPaid } from './paid-with.ts';

const visa = { brand: 'visa', last4: '4242' };

test('cash, a card, a card that is not told, nothing', () => {
  expect(wayOf({ method: 'cash', card: visa })).toEqual({ method: 'cash', card: null });
  expect(wayOf({ method: 'card', card: visa })).toEqual({ method: 'card', card: visa });
  expect(wayOf({ method: 'card', card: null })).toEqual({ method: 'card', card: null });
  expect(wayOf({ method: null, card: null })).toBeUndefined();
});

test('ways of paying are summed with their tips, each once', () => {
  const share = (method: 'card' | 'cash', amount: number, tipAmount: number, last4 = '4242') => ({
    ...{ method, amount, tipAmount, card: method === 'card' ? { ...visa, last4 } : null },
  });
  const shares = [
    share('cash', 500, 50),
    share('card', 700, 0),
    share('card', 10, 0, '4444'),
    share('cash', 100, 0),
    share('card', 0, 5),
  ];
  expect(waysPaid(shares)).toEqual([
    { way: { method: 'cash', card: null }, amount: 650 },
    { way: { method: 'card', card: visa }, amount: 705 },
    { way: { method: 'card', card: { ...visa, last4: '4444' } }, amount: 10 },
  ]);
});
