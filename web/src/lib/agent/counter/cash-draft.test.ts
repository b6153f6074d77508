import { expect, test } from 'vitest';
import { likelyReceived, readCash } from './cash-draft.ts';

test('what goes back is what was given without share and tip', () => {
  expect(readCash({ tip: '', received: '' }, 850, 'eur')).toEqual({
    tipAmount: 0,
    amount: 850,
    changeAmount: undefined,
    problems: {},
  });
  expect(readCash({ tip: '0,50', received: '20' }, 850, 'eur')).toMatchObject({
    tipAmount: 50,
    amount: 900,
    changeAmount: 1100,
    problems: {},
  });
  expect(readCash({ tip: '', received: '8.5' }, 850, 'eur')).toMatchObject({ changeAmount: 0 });
});

test('too little, and what is no amount, is said', () => {
  expect(readCash({ tip: '1', received: '9' }, 850, 'eur')).toMatchObject({
    changeAmount: undefined,
    problems: { received: '€0.50 is missing' },
  });
  expect(readCash({ tip: 'some', received: 'all' }, 850, 'eur')).toEqual({
    tipAmount: undefined,
    amount: 850,
    changeAmount: undefined,
    problems: { tip: expect.stringContaining('4.50'), received: expect.stringContaining('4.50') },
  });
  expect(readCash({ tip: '0.005', received: '' }, 1250, 'kwd').tipAmount).toBeUndefined();
});

test('round sums above the amount are offered, in the shop’s currency', () => {
  expect(likelyReceived(850, 'eur')).toEqual([1000, 2000, 5000]);
  expect(likelyReceived(1000, 'eur')).toEqual([1500, 2000, 5000]);
  expect(likelyReceived(2500, 'jpy')).toEqual([3000, 4000, 5000]);
  expect(likelyReceived(2690, 'kwd')).toEqual([5000, 10_000, 20_000]);
});
