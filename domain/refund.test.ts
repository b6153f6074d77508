import fc from 'fast-check';
import { expect, test } from 'vitest';
import { priceRefund, type RefundGround } from './refund.ts';

const line = { id: 'tea', quantity: 3, amount: 1000, sharedBetween: ['ada', 'ben', 'cleo'] };
const ground = (changes: Partial<RefundGround> = {}): RefundGround => ({
  participantId: 'ada',
  currency: 'eur',
  lines: [line],
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
      ground({ currency: 'kwd', returned: new Map([['tea', before]]) }),
    ),
  );
  // Ada's part of 1.000 between three is 0.340.
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
  ['a line of nobody', { lines: [{ lineId: 'cake', quantity: 1 }] }, {}, 'unknown_line'],
  ['more units than were bought', { lines: [{ lineId: 'tea', quantity: 4 }] }, {}, 'unknown_line'],
  [
    'a line the payer has no part in',
    { lines: [{ lineId: 'tea', quantity: 1 }] },
    { participantId: 'dora' },
    'costs_nothing',
  ],
  ['more than is left', { amount: 401 }, {}, 'more_than_captured'],
  ['the rest of nothing', {}, { refundableAmount: 0 }, 'more_than_captured'],
] as const)('%s is refused', (_what, wish, changes, refused) => {
  expect(priceRefund(wish, ground(changes))).toEqual({ refused });
});

test('however a line is refunded unit by unit, every payer gets exactly what she owed of it', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 0, max: 100_000 }),
      fc.integer({ min: 1, max: 7 }),
      fc.infiniteStream(fc.integer({ min: 1, max: 5 })),
      (quantity, unitAmount, payers, steps) => {
        const people = Array.from({ length: payers }, (_, index) => `p${index}`);
        const shared = { id: 'l', quantity, amount: quantity * unitAmount, sharedBetween: people };
        let total = 0;
        for (const participantId of people) {
          let returned = 0;
          while (returned < quantity) {
            const step = Math.min(steps.next().value ?? 1, quantity - returned);
            const priced = priceRefund(
              { lines: [{ lineId: 'l', quantity: step }] },
              {
                participantId,
                currency: 'eur',
                lines: [shared],
                returned: new Map([['l', returned]]),
                refundableAmount: 1e9,
              },
            );
            if ('amount' in priced) total += priced.amount;
            else expect(priced.refused).toBe('costs_nothing');
            returned += step;
          }
        }
        expect(total).toBe(shared.amount);
      },
    ),
  );
});
