import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { OwedLine } from '#domain/contract/tab-payments.ts';
import { aTab, PEOPLE } from '../tab-builder.ts';
import { owingOf } from './owing.ts';
import {
  amountOfUnits,
  amountProblem,
  chosenUnits,
  unitsIn,
  WAYS,
  wantedOf,
  type PayDraft,
} from './pay-draft.ts';

const [ADA, BEN] = PEOPLE;
const CLAIM = { orderId: 'claim', what: { kind: 'lines' as const }, until: null };

function owedLine(fields: Partial<OwedLine>): OwedLine {
  const line = {
    ...{ lineId: 'beer', orderId: 'round', participantId: ADA, name: 'Beer', options: [], note: null },
    ...{ quantity: 1, unitAmount: 450, taxRate: 1900, claimed: [], ...fields },
  };
  const amount = line.quantity * line.unitAmount;
  const openAmount = fields.openAmount ?? amount;
  return { amount, openAmount, due: [{ participantId: ADA, amount: openAmount }], ...line };
}
const draft = (fields: Partial<PayDraft> = {}): PayDraft => ({
  ...{ way: 'lines', units: {}, of: 2, amount: '' },
  ...fields,
});
const tabOf = (...owed: OwedLine[]) =>
  aTab({
    settlement: 'after',
    owed,
    totalAmount: 9000,
    owedAmount: owed.reduce((sum, { amount }) => sum + amount, 0),
  });

describe('choosing lines', () => {
  test('leaves the other of two lines of one product as it is, and takes it back (case 6)', () => {
    const tab = tabOf(owedLine({ lineId: 'cold', note: 'Cold' }), owedLine({ lineId: 'warm', note: 'Warm' }));
    expect(wantedOf(draft({ units: { warm: 1 } }), tab, ADA)).toEqual({
      what: { kind: 'lines', lines: [{ lineId: 'warm' }] },
      amount: 450,
    });
    expect(wantedOf(draft({ units: { warm: 0, cold: 0 } }), tab, ADA)).toBeUndefined();
  });

  test('asks for three of five beers, then for the two that are left without a number (case 7)', () => {
    const five = owedLine({ quantity: 5 });
    expect(wantedOf(draft({ units: { beer: 3 } }), tabOf(five), BEN)).toEqual({
      what: { kind: 'lines', lines: [{ lineId: 'beer', quantity: 3 }] },
      amount: 1350,
    });
    const two = owedLine({ quantity: 5, openAmount: 900 });
    expect(unitsIn(two)).toBe(2);
    // She had chosen three before somebody else paid them.
    expect(wantedOf(draft({ units: { beer: 3 } }), tabOf(two), BEN)).toEqual({
      what: { kind: 'lines', lines: [{ lineId: 'beer' }] },
      amount: 900,
    });
  });

  test('has nothing to choose of a line that somebody is paying', () => {
    const taken = owedLine({ openAmount: 0, due: [], claimed: [{ participantId: BEN, amount: 450 }] });
    const tab = { ...tabOf(taken), claims: [{ ...CLAIM, participantId: BEN, amount: 450 }] };
    expect(unitsIn(taken)).toBe(0);
    for (const way of WAYS)
      expect(wantedOf(draft({ way, units: { beer: 1 }, amount: '4.50' }), tab, ADA)).toBeUndefined();
    expect(owingOf(tab, ADA)).toMatchObject({ openAmount: 0, claimedAmount: 450, ownClaim: undefined });
    expect(owingOf(tab, BEN).ownClaim?.amount).toBe(450);
  });

  it('shows what the API will ask for, whatever is open of a line and however many are chosen', () => {
    const cases = fc.record({
      quantity: fc.integer({ min: 1, max: 12 }),
      unitAmount: fc.integer({ min: 1, max: 2000 }),
      paid: fc.double({ min: 0, max: 1, noNaN: true }),
      units: fc.integer({ min: 0, max: 15 }),
    });
    fc.assert(
      fc.property(cases, ({ quantity, unitAmount, paid, units }) => {
        const openAmount = Math.round(quantity * unitAmount * (1 - paid));
        const line = owedLine({ quantity, unitAmount, openAmount });
        const chosen = chosenUnits(draft({ units: { beer: units } }), line);
        expect(chosen).toBeLessThanOrEqual(unitsIn(line));
        const wanted = wantedOf(draft({ units: { beer: units } }), tabOf(line), ADA);
        expect(wanted?.amount ?? 0).toBe(amountOfUnits(line, chosen));
        if (chosen > 0) expect(wanted?.amount).toBeGreaterThan(0);
        if (chosen === unitsIn(line)) expect(amountOfUnits(line, chosen)).toBe(openAmount);
      }),
    );
  });
});

test('a typed amount is at most what is open, and is not sent while it is none', () => {
  const tab = tabOf(owedLine({ unitAmount: 1000 }));
  const typed = (amount: string) => wantedOf(draft({ way: 'amount', amount }), tab, BEN)?.amount;
  expect(typed('4,20')).toBe(420);
  for (const wrong of ['', 'x', '0', '10.01', '-1']) expect(typed(wrong)).toBeUndefined();
  const problem = (amount: string) => amountProblem(draft({ amount }), 'eur', 1000);
  expect(['', '4.20', '0', 'x', '10.01'].map(problem)).toEqual([
    ...[undefined, undefined, 'unreadable', 'unreadable', 'too_much'],
  ]);
});
