import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allocateBill } from './allocations.ts';
import { planChange, type ChangeableBill } from './change.ts';
import { chargeStep, isChargeable } from './currency.ts';

const PEOPLE = ['ada', 'ben', 'cem'] as const;

/** A paid bill, with prices and discounts that can be charged in its currency. */
const bills = fc.record({
  currency: fc.constantFrom('eur', 'jpy', 'kwd', 'isk'),
  lines: fc.array(
    fc.record({
      quantity: fc.integer({ min: 1, max: 5 }),
      steps: fc.integer({ min: 1, max: 999 }),
      discountSteps: fc.nat(500),
      weights: fc.tuple(fc.nat(3), fc.nat(3), fc.integer({ min: 1, max: 3 })),
      wanted: fc.nat(6),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  addedSteps: fc.integer({ min: 1, max: 999 }),
  isWaived: fc.boolean(),
});

test('in every currency nobody is charged, or given back, what its cards do not know', () => {
  fc.assert(
    fc.property(bills, ({ currency, lines: given, addedSteps, isWaived }) => {
      const step = chargeStep(currency);
      const lines = given.map(({ quantity, steps, discountSteps, weights }, index) => {
        const between = PEOPLE.filter((_, at) => weights[at]! > 0);
        return {
          ...{ id: `line-${index}`, participantId: between[0]!, sharedBetween: between, quantity },
          ...{ unitAmount: steps * step, returnedQuantity: 0, weights: weights.filter((one) => one > 0) },
          discountAmount: Math.min(discountSteps, quantity * steps) * step,
        };
      });
      const allocated = allocateBill({
        currency,
        lines: lines.map(({ id, quantity, unitAmount, discountAmount, sharedBetween, weights }) => ({
          ...{ id, amount: quantity * unitAmount - discountAmount },
          sharedBetween: sharedBetween.map((participantId, at) => ({ participantId, weight: weights[at]! })),
        })),
      });
      const shares = allocated.map(({ participantId, allocations }, index) => ({
        ...{ id: `share-${index}`, participantId, ownerId: null, allocations },
        ...{ amount: sumOf(allocations), tipAmount: 0, refundedAmount: 0 },
      }));
      const bill: ChangeableBill = { currency, lines, shares };
      const add = [
        { id: 'new', amount: addedSteps * step, sharedBetween: [{ participantId: 'ada', weight: 1 }] },
      ];
      const set = lines.map(({ id }, index) => ({ lineId: id, quantity: given[index]!.wanted }));
      const plan = planChange(bill, null, { set, add, isWaived });
      if ('refused' in plan) throw new Error(plan.refused);
      for (const { toPay, shares: moved, differenceAmount } of plan.byPayer) {
        const amounts = [
          differenceAmount,
          toPay?.amount ?? 0,
          ...moved.flatMap(({ amount, returnedAmount }) => [amount, returnedAmount]),
        ];
        expect(
          amounts.every((amount) => isChargeable(amount, currency)),
          amounts.join(' '),
        ).toBe(true);
        for (const share of [...moved, ...(toPay ? [toPay] : [])])
          expect(sumOf(share.allocations)).toBe(share.amount);
      }
      expect(sumOf(plan.byPayer.map((payer) => ({ amount: payer.differenceAmount })))).toBe(
        plan.differenceAmount,
      );
    }),
  );
});

function sumOf(parts: readonly { readonly amount: number }[]): number {
  return parts.reduce((sum, { amount }) => sum + amount, 0);
}
