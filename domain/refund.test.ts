import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allocateBill } from './allocations.ts';
import { chargeStep } from './currency.ts';
import { linesOfShare, priceRefund, type RefundGround } from './refund.ts';

/** Ada's part of three teas, 10.00 together, and a cake in which she has no part. */
const lines = linesOfShare(
  [
    { id: 'tea', quantity: 3, amount: 1000 },
    { id: 'cake', quantity: 1, amount: 450 },
  ],
  { allocations: [{ lineId: 'tea', amount: 334 }] },
);
const ground = (changes: Partial<RefundGround> = {}): RefundGround => ({
  currency: 'eur',
  lines,
  returned: new Map(),
  refundableAmount: 400,
  ...changes,
});

test('a payer gets back her part of a shared line, and its units together come to exactly that', () => {
  const units = [0, 1, 2].map((before) =>
    priceRefund(
      { lines: [{ lineId: 'tea', quantity: 1 }] },
      ground({ returned: new Map([['tea', before]]) }),
    ),
  );
  expect(units).toEqual([{ amount: 111 }, { amount: 111 }, { amount: 112 }]);
});

test('units of a three-decimal currency go back in what Stripe refunds', () => {
  const units = [0, 1, 2].map((before) =>
    priceRefund(
      { lines: [{ lineId: 'tea', quantity: 1 }] },
      ground({
        currency: 'kwd',
        lines: [{ id: 'tea', quantity: 3, amount: 340 }],
        returned: new Map([['tea', before]]),
      }),
    ),
  );
  expect(units).toEqual([{ amount: 110 }, { amount: 110 }, { amount: 120 }]);
});

test.each([
  [
    'a unit that went back',
    { lines: [{ lineId: 'tea', quantity: 2 }] },
    { returned: new Map([['tea', 2]]) },
    'line_refunded',
  ],
  [
    'one unit named twice too often',
    {
      lines: [
        { lineId: 'tea', quantity: 2 },
        { lineId: 'tea', quantity: 2 },
      ],
    },
    {},
    'line_refunded',
  ],
  ['a line of nobody', { lines: [{ lineId: 'water', quantity: 1 }] }, {}, 'unknown_line'],
  ['more units than were bought', { lines: [{ lineId: 'tea', quantity: 4 }] }, {}, 'unknown_line'],
  ['a line the payer has no part in', { lines: [{ lineId: 'cake', quantity: 1 }] }, {}, 'costs_nothing'],
  ['more than is left', { amount: 401 }, {}, 'more_than_captured'],
  ['the rest of nothing', {}, { refundableAmount: 0 }, 'more_than_captured'],
] as const)('%s is refused', (_what, wish, changes, refused) => {
  expect(priceRefund(wish, ground(changes))).toEqual({ refused });
});

test('however the lines of a share are refunded unit by unit, they come to the share exactly', () => {
  const line = fc.record({
    quantity: fc.integer({ min: 1, max: 9 }),
    unitAmount: fc.nat(2000),
    sharedBetween: fc.array(
      fc.record({
        participantId: fc.constantFrom('ada', 'ben', 'cem'),
        weight: fc.integer({ min: 1, max: 4 }),
      }),
      { minLength: 1 },
    ),
  });
  fc.assert(
    fc.property(
      fc.array(line, { minLength: 1, maxLength: 8 }),
      fc.constantFrom('eur', 'jpy', 'kwd', 'isk'),
      fc.infiniteStream(fc.nat(100)),
      (drawn, currency, turns) => {
        const lines = drawn.map(({ unitAmount, ...each }, index) => ({
          ...each,
          id: String(index),
          amount: each.quantity * unitAmount * chargeStep(currency),
        }));
        for (const share of allocateBill({ currency, lines })) {
          const returned = new Map<string, number>();
          let left = share.amount;
          let units = lines.flatMap(({ id, quantity }) => Array.from({ length: quantity }, () => id));
          while (units.length > 0) {
            const lineId = units[turns.next().value! % units.length]!;
            const priced = priceRefund(
              { lines: [{ lineId, quantity: 1 }] },
              { currency, lines: linesOfShare(lines, share), returned, refundableAmount: left },
            );
            if ('amount' in priced) {
              expect(priced.amount % chargeStep(currency)).toBe(0);
              left -= priced.amount;
            } else if (left > 0) expect(priced.refused).toBe('costs_nothing');
            returned.set(lineId, (returned.get(lineId) ?? 0) + 1);
            units = units.toSpliced(units.indexOf(lineId), 1);
          }
          expect(left).toBe(0);
        }
      },
    ),
  );
});
