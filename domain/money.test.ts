import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatAmount, includedTax, percentOf, splitAmount } from './money.ts';

const total = fc.integer({ min: -99_999_999, max: 99_999_999 });
const weights = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 40 });

const sum = (amounts: readonly number[]) => amounts.reduce((left, right) => left + right, 0);

test('the parts of a split sum to the total exactly', () => {
  fc.assert(
    fc.property(total, weights, (amount, parts) => {
      expect(sum(splitAmount(amount, parts))).toBe(amount);
    }),
  );
});

test('no part is as much as one minor unit away from its exact proportion', () => {
  fc.assert(
    fc.property(total, weights, (amount, given) => {
      const of = sum(given) === 0 ? given.map(() => 1) : given;
      splitAmount(amount, given).forEach((part, index) => {
        // |part − total × weight / sum| < 1, without a fraction.
        const off = BigInt(part) * BigInt(sum(of)) - BigInt(amount) * BigInt(of[index]!);
        expect(off > -BigInt(sum(of)) && off < BigInt(sum(of))).toBe(true);
      });
    }),
  );
});

test('a larger weight never gets less, and equal weights differ by at most one, the earlier having more', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 99_999_999 }), weights, (amount, given) => {
      const parts = splitAmount(amount, given);
      given.forEach((weight, index) => {
        given.forEach((other, later) => {
          if (weight > other) expect(parts[index]!).toBeGreaterThanOrEqual(parts[later]!);
          if (weight === other && index < later) {
            expect(parts[index]! - parts[later]!).toBeGreaterThanOrEqual(0);
            expect(parts[index]! - parts[later]!).toBeLessThanOrEqual(1);
          }
        });
      });
    }),
  );
});

test('a weight of 0 gets nothing, unless all weights are 0', () => {
  expect(splitAmount(100, [0, 3, 0, 1])).toEqual([0, 75, 0, 25]);
  expect(splitAmount(10, [0, 0, 0])).toEqual([4, 3, 3]);
});

test('a negative total is split like a positive one', () => {
  expect(splitAmount(-10, [1, 1, 1])).toEqual([-4, -3, -3]);
});

test.each([
  ['nobody', 10, []],
  ['a negative weight', 10, [1, -1]],
  ['a fractional weight', 10, [0.5, 1]],
  ['a fractional total', 10.5, [1]],
])('splitting for %s is refused', (_what, amount, parts) => {
  expect(() => splitAmount(amount, parts)).toThrow(RangeError);
});

test('the tax contained in a price, taken off and put on again, gives the price', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 99_999_999 }),
      fc.integer({ min: 0, max: 10_000 }),
      (gross, rate) => {
        const tax = includedTax(gross, rate);
        expect(Number.isInteger(tax) && tax >= 0 && tax <= gross).toBe(true);
        expect(Math.abs(((gross - tax) * (10_000 + rate)) / 10_000 - gross)).toBeLessThanOrEqual(1);
      },
    ),
  );
  expect(includedTax(1190, 1900)).toBe(190);
  expect(includedTax(1070, 700)).toBe(70);
  expect(includedTax(500, 0)).toBe(0);
});

test('a percentage is rounded to what can be charged', () => {
  expect(percentOf(1255, 10, 'eur')).toBe(126);
  expect(percentOf(1250, 15, 'jpy')).toBe(188);
  expect(percentOf(1250, 15, 'kwd')).toBe(190);
  expect(percentOf(0, 15, 'kwd')).toBe(0);
});

test('every part of a split is a multiple of the step', () => {
  expect(splitAmount(100, [1, 1, 1], 10)).toEqual([40, 30, 30]);
  expect(() => splitAmount(105, [1, 1], 10)).toThrow(RangeError);
});

test('amounts are written as their locale writes them', () => {
  expect(formatAmount(1250, 'eur')).toBe('€12.50');
  expect(formatAmount(1250, 'eur', 'de').replaceAll('\u00a0', ' ')).toBe('12,50 €');
});
