import fc from 'fast-check';
import { expect, test } from 'vitest';
import { refundedQuantities, type ReturnedShare } from './refunded-lines.ts';

const people = ['ada', 'ben', 'cleo'];
const coffee = { id: 'coffee', quantity: 3 };
const platter = { id: 'platter', quantity: 1 };
const ada = (isReturned = false): ReturnedShare => ({
  id: 'ada',
  payerKey: 'ada',
  allocations: [
    { lineId: 'coffee', amount: 900 },
    { lineId: 'platter', amount: 500 },
  ],
  isReturned,
});
const ben = (isReturned = false, amount = 500): ReturnedShare => ({
  id: 'ben',
  payerKey: 'ben',
  allocations: [{ lineId: 'platter', amount }],
  isReturned,
});

test('units of a line that went back count, in several refunds together', () => {
  const one = { shareId: 'ada', lines: [{ lineId: 'coffee', quantity: 1 }] };
  expect([...refundedQuantities([coffee], [ada()], [one, one])]).toEqual([['coffee', 2]]);
});

test('an amount that went back is of no line, all that was left is of every one', () => {
  expect(refundedQuantities([coffee], [ada()], [{ shareId: 'ada', lines: [] }]).size).toBe(0);
  expect(refundedQuantities([coffee], [ada()], [{ shareId: 'ada', lines: null }]).get('coffee')).toBe(3);
  expect(refundedQuantities([coffee], [ada(true)], []).get('coffee')).toBe(3);
});

test('what a later payment pays for counts, also if its refund is noted at an earlier one', () => {
  const cake = { id: 'cake', quantity: 2 };
  const later: ReturnedShare = {
    ...{ id: 'later', payerKey: 'ada', isReturned: false },
    allocations: [{ lineId: 'cake', amount: 840 }],
  };
  const one = { shareId: 'ada', lines: [{ lineId: 'cake', quantity: 1 }] };
  expect([...refundedQuantities([coffee, cake], [ada(), later], [one])]).toEqual([['cake', 1]]);
  expect(refundedQuantities([cake], [ada(), { ...later, payerKey: 'ben' }], [one]).size).toBe(0);
  // It took all of the earlier payment, and what that pays for is made nevertheless.
  expect([...refundedQuantities([coffee, cake], [ada(true), later], [one])]).toEqual([['cake', 1]]);
  const all = refundedQuantities([coffee, cake], [ada(true), { ...later, isReturned: true }], [one]);
  expect([...all.values()]).toEqual([3, 2]);
});

test('what two pay for is made until both have their money back', () => {
  const all = { shareId: 'ada', lines: null };
  expect(refundedQuantities([platter], [ada(), ben()], [all]).size).toBe(0);
  expect(refundedQuantities([platter], [ada(), ben(true)], [all]).get('platter')).toBe(1);
});

test('who pays nothing of a line has nothing to get back of it, unless it costs nothing', () => {
  const all = { shareId: 'ada', lines: null };
  expect(refundedQuantities([platter], [ada(), ben(false, 0)], [all]).get('platter')).toBe(1);
  const free = { id: 'water', quantity: 1 };
  const having = people.map((id) => ({
    ...{ id, payerKey: id },
    allocations: [{ lineId: 'water', amount: 0 }],
    isReturned: true,
  }));
  expect(refundedQuantities([free], having, []).get('water')).toBe(1);
  expect(refundedQuantities([free], having.with(0, { ...having[0]!, isReturned: false }), []).size).toBe(0);
});

test('never more pieces than there are, whatever went back', () => {
  const line = fc.record({ id: fc.constantFrom('a', 'b', 'c'), quantity: fc.integer({ min: 1, max: 5 }) });
  const lineIds = fc.constantFrom('a', 'b', 'c');
  const share = fc.record({
    id: fc.constantFrom(...people),
    allocations: fc.uniqueArray(fc.record({ lineId: lineIds, amount: fc.nat(3) }), {
      selector: ({ lineId }) => lineId,
    }),
    isReturned: fc.boolean(),
  });
  const refund = fc.record({
    shareId: fc.constantFrom(...people),
    lines: fc.option(fc.array(fc.record({ lineId: lineIds, quantity: fc.integer({ min: 1, max: 5 }) }))),
  });
  fc.assert(
    fc.property(
      fc.uniqueArray(line, { selector: ({ id }) => id }),
      fc.uniqueArray(share, { selector: ({ id }) => id }),
      fc.array(refund),
      (lines, given, refunds) => {
        const shares = given.map((each) => ({ ...each, payerKey: each.id }));
        const back = refundedQuantities(lines, shares, refunds);
        for (const { id, quantity } of lines) {
          const units = back.get(id) ?? 0;
          expect(units).toBeGreaterThanOrEqual(0);
          expect(units).toBeLessThanOrEqual(quantity);
          const payers = shares.filter(({ allocations }) => allocations.some(({ lineId }) => lineId === id));
          if (payers.length > 0 && payers.every(({ isReturned }) => isReturned)) expect(units).toBe(quantity);
        }
      },
    ),
  );
});
