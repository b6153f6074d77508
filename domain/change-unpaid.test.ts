import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allocateBill } from './allocations.ts';
import { planUnpaidChange, type UnpaidBill } from './change-unpaid.ts';
import type { ShareStatus } from './share.ts';

const PEOPLE = ['ada', 'ben', 'cem'];

interface BillLine {
  readonly id: string;
  readonly participantId: string;
  readonly sharedBetween: readonly string[];
  readonly quantity: number;
  readonly unitAmount: number;
  readonly discountAmount: number;
  readonly returnedQuantity: number;
}

const lineOf = (id: string, quantity: number, unitAmount: number, sharedBetween = ['ada']): BillLine => ({
  ...{ id, participantId: sharedBetween[0]!, sharedBetween, quantity, unitAmount },
  ...{ discountAmount: 0, returnedQuantity: 0 },
});

/** A bill that is to be paid by those who share its lines. */
function billOf(lines: readonly BillLine[], status: ShareStatus = 'due'): UnpaidBill {
  const shares = allocateBill({
    currency: 'eur',
    lines: lines.map(({ id, quantity, unitAmount, sharedBetween }) => ({
      ...{ id, amount: quantity * unitAmount },
      sharedBetween: sharedBetween.map((participantId) => ({ participantId, weight: 1 })),
    })),
  });
  return {
    ...{ currency: 'eur', lines },
    shares: shares.map(({ participantId, amount, allocations }) => ({
      ...{ id: `share of ${participantId}`, participantId, ownerId: null, amount, allocations },
      ...{ tipAmount: 0, refundedAmount: 0, status: participantId === 'ada' ? status : 'authorized' },
    })),
  };
}

const sumOf = (parts: readonly { readonly amount: number }[]) =>
  parts.reduce((sum, { amount }) => sum + amount, 0);

test('a share is changed while nothing pays it', () => {
  const lines = [lineOf('a', 2, 350), lineOf('b', 1, 500, ['ben'])];
  const changes = { set: [{ lineId: 'a', quantity: 1 }], add: [] };
  expect(planUnpaidChange(billOf(lines), 'ada', changes)).toMatchObject({
    plan: { differenceAmount: -350 },
    share: { id: 'share of ada', amount: 350, allocations: [{ lineId: 'a', amount: 350 }] },
  });
  for (const [status, refused] of [
    ['authorized', 'already_paid'],
    ['processing', 'being_paid'],
    ['requires_action', 'being_paid'],
  ] as const)
    expect(planUnpaidChange(billOf(lines, status), 'ada', changes)).toEqual({ refused });
  expect(planUnpaidChange(billOf(lines), 'cem', changes)).toHaveProperty('refused');
});

test('any sequence of changes leaves a bill that its shares pay exactly, and nobody else’s share moves', () => {
  const wish = fc.record({
    quantities: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 8, maxLength: 8 }),
    added: fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 0, max: 999 })), {
      maxLength: 2,
    }),
  });
  const given = fc.record({
    lines: fc.array(
      fc.record({
        sharers: fc.subarray(PEOPLE, { minLength: 1 }),
        quantity: fc.integer({ min: 1, max: 4 }),
        unitAmount: fc.integer({ min: 0, max: 999 }),
      }),
      { minLength: 1, maxLength: 5 },
    ),
    wishes: fc.array(wish, { minLength: 1, maxLength: 4 }),
  });
  fc.assert(
    fc.property(given, ({ lines: first, wishes }) => {
      let lines = [
        ...first.map(({ sharers, quantity, unitAmount }, index) =>
          lineOf(`line-${index}`, quantity, unitAmount, sharers),
        ),
        lineOf('hers', 1, 100),
      ];
      let bill = billOf(lines);
      const others = bill.shares.filter(({ participantId }) => participantId !== 'ada');
      for (const [round, { quantities, added }] of wishes.entries()) {
        const own = lines.filter(({ sharedBetween }) => sharedBetween.join() === 'ada');
        const set = own.map(({ id }, index) => ({ lineId: id, quantity: quantities[index] ?? 1 }));
        const more = added.map(([quantity, unitAmount], index) =>
          lineOf(`new-${round}-${index}`, quantity, unitAmount),
        );
        const add = more.map(({ id, quantity, unitAmount }) => ({
          ...{ id, amount: quantity * unitAmount },
          sharedBetween: [{ participantId: 'ada', weight: 1 }],
        }));
        const planned = planUnpaidChange(bill, 'ada', { set, add });
        if ('refused' in planned) {
          expect(planned.refused).toBe('nothing_left');
          continue;
        }
        const { plan, share } = planned;
        const before = bill.shares.find(({ id }) => id === share.id)!;
        expect(share.amount - before.amount).toBe(plan.differenceAmount);
        const wanted = new Map(plan.quantities.map((line) => [line.lineId, line.quantity]));
        lines = [
          ...lines.flatMap((line) => {
            const quantity = wanted.get(line.id) ?? line.quantity;
            return quantity > 0 ? [{ ...line, quantity }] : [];
          }),
          ...more,
        ];
        const shares = bill.shares.map((one) => (one.id === share.id ? { ...one, ...share } : one));
        bill = { ...bill, lines, shares };
        for (const { id, quantity, unitAmount } of lines) {
          const paid = shares.flatMap(({ allocations }) => allocations.filter(({ lineId }) => lineId === id));
          expect(sumOf(paid)).toBe(quantity * unitAmount);
        }
        for (const one of shares) expect(sumOf(one.allocations)).toBe(one.amount);
        const known = new Set(lines.map(({ id }) => id));
        expect(
          shares.flatMap(({ allocations }) => allocations).every(({ lineId }) => known.has(lineId)),
        ).toBe(true);
      }
      expect(bill.shares.filter(({ participantId }) => participantId !== 'ada')).toEqual(others);
    }),
    { numRuns: 200 },
  );
});
