import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cancelUnits, type CancelableLine } from './cancel-lines.ts';

const beers: CancelableLine = {
  ...{ id: 'beers', quantity: 5, amount: 2500, canceledQuantity: 0, settledAmount: 1500 },
  paid: [
    { shareId: 'ada', amount: 1000 },
    { shareId: 'ben', amount: 500 },
  ],
};

test('what is unpaid of a line is owed no more, and only then what was paid goes back, by who paid it', () => {
  const cancel = (quantity: number) => cancelUnits('eur', [beers], [{ lineId: 'beers', quantity }]);
  expect(cancel(2)).toEqual({
    canceled: [{ id: 'beers', quantity: 2, reducedAmount: 1000, refunds: [] }],
  });
  expect(cancel(4)).toMatchObject({
    canceled: [
      {
        reducedAmount: 1000,
        refunds: [
          { shareId: 'ada', amount: 667 },
          { shareId: 'ben', amount: 333 },
        ],
      },
    ],
  });
  expect(cancel(6)).toEqual({ refused: 'unknown_line' });
  expect(cancelUnits('eur', [{ ...beers, canceledQuantity: 4 }], [{ lineId: 'beers', quantity: 2 }])).toEqual(
    {
      refused: 'line_refunded',
    },
  );
  expect(
    cancelUnits(
      'eur',
      [{ ...beers, amount: 0, settledAmount: 0, paid: [] }],
      [{ lineId: 'beers', quantity: 1 }],
    ),
  ).toEqual({ refused: 'costs_nothing' });
});

test('whatever was paid, and in whatever portions a line is canceled, all of it comes back or is owed no more, once', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('eur', 'isk'),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 0, max: 999 }),
      fc.array(fc.nat(1000), { maxLength: 4 }),
      fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 8 }),
      (currency, quantity, unit, weights, portions) => {
        const step = currency === 'isk' ? 100 : 1;
        const amount = unit * step * quantity;
        let left = unit * quantity;
        const payers = weights.map((weight, index) => {
          const paid = Math.min(left, weight);
          left -= paid;
          return { shareId: String(index), amount: paid * step };
        });
        const sum = (some: readonly { amount: number }[]) =>
          some.reduce((total, one) => total + one.amount, 0);
        let line = {
          id: 'l',
          quantity,
          amount,
          canceledQuantity: 0,
          settledAmount: sum(payers),
          paid: payers,
        };
        const moved = { reduced: 0, returned: 0 };
        for (const portion of [...portions, undefined]) {
          const wanted = portion === undefined ? undefined : [{ lineId: 'l', quantity: portion }];
          const outcome = cancelUnits(currency, [line], wanted);
          if ('refused' in outcome) continue;
          for (const { quantity: units, reducedAmount, refunds } of outcome.canceled) {
            moved.reduced += reducedAmount;
            moved.returned += sum(refunds);
            expect(refunds.every((one) => one.amount % step === 0 && one.amount > 0)).toBe(true);
            const back = new Map(refunds.map((one) => [one.shareId, one.amount]));
            line = {
              ...line,
              canceledQuantity: line.canceledQuantity + units,
              settledAmount: line.settledAmount + reducedAmount,
              paid: line.paid.map((one) => ({ ...one, amount: one.amount - (back.get(one.shareId) ?? 0) })),
            };
            for (const one of line.paid) expect(one.amount).toBeGreaterThanOrEqual(0);
          }
        }
        expect(moved).toEqual({ reduced: amount - sum(payers), returned: sum(payers) });
        expect(line).toMatchObject({ settledAmount: amount, canceledQuantity: quantity });
      },
    ),
  );
});
