import fc from 'fast-check';
import { expect, test } from 'vitest';
import { summarizeTaxes } from './bill.ts';

const lines = fc.array(
  fc.record({ amount: fc.integer({ min: 0, max: 100_000 }), taxRate: fc.constantFrom(0, 700, 1900) }),
  { maxLength: 30 },
);
const sum = (amounts: readonly number[]) => amounts.reduce((left, right) => left + right, 0);

test('tax is rounded once per rate, not per line', () => {
  // 62.27 cents of tax each: rounding the three lines one by one would give 186.
  const lines = Array.from({ length: 3 }, () => ({ amount: 390, taxRate: 1900 }));
  expect(summarizeTaxes(lines)).toEqual([{ rate: 1900, grossAmount: 1170, taxAmount: 187 }]);
});

test('gross amounts per rate sum to the bill', () => {
  fc.assert(
    fc.property(lines, (given) => {
      const gross = summarizeTaxes(given).map(({ grossAmount }) => grossAmount);
      expect(sum(gross)).toBe(sum(given.map(({ amount }) => amount)));
    }),
  );
});
