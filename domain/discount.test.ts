import fc from 'fast-check';
import { expect, test } from 'vitest';
import { amountOfUnits, discountsLeft, spreadDiscount, type GivenDiscount } from './discount.ts';
import { costOfUnits } from './refund.ts';

const step = fc.constantFrom(1, 10, 100);
const sumOf = (parts: readonly { readonly amount: number }[]) =>
  parts.reduce((sum, { amount }) => sum + amount, 0);

test('a discount is spread exactly, and no line gets more than it costs more', () => {
  fc.assert(
    fc.property(
      step,
      fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 8 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (by, steps, part) => {
        const lines = steps.map((each, index) => ({ lineId: `line-${index}`, amount: each * by }));
        const amount = Math.floor((sumOf(lines) / by) * part) * by;
        const spread = spreadDiscount(amount, lines, by);
        expect(sumOf(spread)).toBe(amount);
        for (const { lineId, amount: off } of spread) {
          const { amount: most } = lines.find((line) => line.lineId === lineId)!;
          expect(off).toBeLessThanOrEqual(most);
          expect(Math.abs(off - (amount * most) / sumOf(lines))).toBeLessThan(by);
          expect(off % by).toBe(0);
        }
        expect(() => spreadDiscount(sumOf(lines) + by, lines, by)).toThrow(RangeError);
      },
    ),
  );
});

test('the example of two lines: 100 of 333 and 666', () => {
  const lines = [
    { lineId: 'soup', amount: 333 },
    { lineId: 'steak', amount: 666 },
  ];
  expect(spreadDiscount(100, lines, 1)).toEqual([
    { lineId: 'soup', amount: 33 },
    { lineId: 'steak', amount: 67 },
  ]);
});

test('fewer units of a discounted line give back what a refund of them does, and no amount is below 0', () => {
  fc.assert(
    fc.property(
      step,
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 0, max: 5_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 0, max: 25 }),
      (by, quantity, unitSteps, part, units) => {
        const unitAmount = unitSteps * by;
        const discountAmount = Math.floor(quantity * unitSteps * part) * by;
        const line = { quantity, unitAmount, discountAmount };
        const amount = quantity * unitAmount - discountAmount;
        const after = amountOfUnits(line, units, by);
        expect(after).toBeGreaterThanOrEqual(0);
        expect(units * unitAmount - after).toBeGreaterThanOrEqual(0);
        expect(after % by).toBe(0);
        if (units >= quantity) expect(after - amount).toBe((units - quantity) * unitAmount);
        else expect(after).toBe(costOfUnits({ id: 'line', quantity, amount }, 0, units, by));
        if (discountAmount === 0) expect(after).toBe(units * unitAmount);
      },
    ),
  );
});

test('what is left of discounts sums to what is off each line, the newest first', () => {
  const given = (id: string, lines: GivenDiscount['lines']) => ({ id, name: id, changeId: id, lines });
  const wait = given('wait', [
    { lineId: 'soup', amount: 300 },
    { lineId: 'tea', amount: 100 },
  ]);
  const spill = given('spill', [{ lineId: 'soup', amount: 50 }]);
  const lines = [{ id: 'soup', discountAmount: 200 }];
  expect(discountsLeft(lines, [wait, spill])).toEqual([
    { ...wait, amount: 150, lines: [{ lineId: 'soup', amount: 150 }] },
    { ...spill, amount: 50 },
  ]);
  expect(discountsLeft([{ id: 'soup', discountAmount: 50 }], [wait, spill])).toEqual([
    { ...spill, amount: 50 },
  ]);
});
