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

test('shares are changed while nothing pays them', () => {
  const lines = [lineOf('a', 2, 350), lineOf('b', 1, 500, ['ben'])];
  const changes = { set: [{ lineId: 'a', quantity: 1 }], add: [] };
  const planned = {
    plan: { differenceAmount: -350, byPayer: [{ participantId: 'ada', differenceAmount: -350 }] },
    shares: [
      {
        ...{ id: 'share of ada', payerId: 'ada', amount: 350 },
        allocations: [{ lineId: 'a', amount: 350 }],
      },
    ],
  };
  expect(planUnpaidChange(billOf(lines), 'ada', changes)).toMatchObject(planned);
  expect(planUnpaidChange(billOf(lines), null, changes)).toMatchObject(planned);
  // Whether one that waits at a bank is voided first is for others to say.
  expect(planUnpaidChange(billOf(lines, 'requires_action'), 'ada', changes)).toMatchObject(planned);
  for (const [status, refused] of [
    ['authorized', 'already_paid'],
    ['processing', 'being_paid'],
  ] as const)
    for (const asker of ['ada', null])
      expect(planUnpaidChange(billOf(lines, status), asker, changes)).toEqual({ refused, by: 'ada' });
  expect(planUnpaidChange(billOf(lines), 'cem', changes)).toEqual({ refused: 'not_yours', lineId: 'a' });
  // What moves no money is in the way of no payment.
  const note = { set: [{ lineId: 'a', quantity: 2 }], add: [] };
  expect(planUnpaidChange(billOf(lines, 'authorized'), 'ada', note)).toMatchObject({
    ...{ shares: [], plan: { differenceAmount: 0, byPayer: [{ participantId: 'ada' }] } },
  });
});

test('whoever has taken a share over pays what becomes of it, and who pays nothing adds nothing', () => {
  const lines = [lineOf('a', 2, 350), lineOf('both', 1, 500, ['ada', 'ben'])];
  const bill = billOf(lines);
  const covered: UnpaidBill = {
    ...bill,
    shares: bill.shares.map((share) => ({
      ...share,
      ...{ participantId: 'cem', ownerId: share.participantId, status: 'due' },
    })),
  };
  const planned = planUnpaidChange(covered, 'ada', { set: [{ lineId: 'both', quantity: 2 }], add: [] });
  expect(planned).toMatchObject({
    plan: { byPayer: [{ participantId: 'cem', differenceAmount: 500 }] },
    shares: [
      { id: 'share of ada', payerId: 'cem', amount: 1200 },
      { id: 'share of ben', payerId: 'cem', amount: 500 },
    ],
  });
  const add = [{ id: 'new', amount: 100, sharedBetween: [{ participantId: 'dora', weight: 1 }] }];
  expect(planUnpaidChange(covered, null, { set: [], add })).toEqual({ refused: 'no_share', by: 'dora' });
});

test('any sequence of changes leaves a bill that its shares pay exactly, and only shares of those move who pay what changes', () => {
  const wish = fc.record({
    asker: fc.constantFrom(...PEOPLE, null),
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
    covered: fc.option(fc.constantFrom(...PEOPLE)),
  });
  fc.assert(
    fc.property(given, ({ lines: first, wishes, covered }) => {
      let lines = [
        ...first.map(({ sharers, quantity, unitAmount }, index) =>
          lineOf(`line-${index}`, quantity, unitAmount, sharers),
        ),
        ...PEOPLE.map((name) => lineOf(`own of ${name}`, 1, 100, [name])),
      ];
      let bill = billOf(lines);
      bill = {
        ...bill,
        shares: bill.shares.map((share) => {
          const isCovered = share.participantId === covered;
          const ownerId = isCovered ? share.participantId : null;
          const participantId = isCovered ? PEOPLE.find((name) => name !== covered)! : share.participantId;
          return { ...share, status: 'due', participantId, ownerId };
        }),
      };
      for (const [round, { asker, quantities, added }] of wishes.entries()) {
        const hers = lines.filter(({ sharedBetween }) => asker === null || sharedBetween.includes(asker));
        const set = hers.map(({ id }, index) => ({ lineId: id, quantity: quantities[index] ?? 1 }));
        const adder = asker ?? 'ada';
        const more = added.map(([quantity, unitAmount], index) =>
          lineOf(`new-${round}-${index}`, quantity, unitAmount, [adder]),
        );
        const add = more.map(({ id, quantity, unitAmount }) => ({
          ...{ id, amount: quantity * unitAmount },
          sharedBetween: [{ participantId: adder, weight: 1 }],
        }));
        const before = bill;
        const planned = planUnpaidChange(before, asker, { set, add });
        if ('refused' in planned) {
          expect(planned.refused).toBe('nothing_left');
          continue;
        }
        const { plan, shares: moved } = planned;
        const amountOf = (id: string) => before.shares.find((share) => share.id === id)!.amount;
        expect(sumOf(moved) - sumOf(moved.map(({ id }) => ({ amount: amountOf(id) })))).toBe(
          plan.differenceAmount,
        );
        for (const { participantId, differenceAmount } of plan.byPayer) {
          const own = moved.filter(({ payerId }) => payerId === participantId);
          expect(sumOf(own) - sumOf(own.map(({ id }) => ({ amount: amountOf(id) })))).toBe(differenceAmount);
        }
        const wanted = new Map(plan.quantities.map((line) => [line.lineId, line.quantity]));
        const mayMove = new Set([
          ...hers.filter(({ id }) => wanted.has(id)).flatMap(({ sharedBetween }) => sharedBetween),
          ...(more.length > 0 ? [adder] : []),
        ]);
        const touched = new Set([
          ...hers.filter(({ id }) => wanted.has(id)).map(({ id }) => id),
          ...more.map(({ id }) => id),
        ]);
        lines = [
          ...lines.flatMap((line) => {
            const quantity = wanted.get(line.id) ?? line.quantity;
            return quantity > 0 ? [{ ...line, quantity }] : [];
          }),
          ...more,
        ];
        const shares = before.shares.map((one) => {
          const now = moved.find(({ id }) => id === one.id);
          if (!now) return one;
          expect(mayMove).toContain(one.ownerId ?? one.participantId);
          const { amount, allocations } = now;
          const untouched = (parts: typeof allocations) =>
            parts.filter(({ lineId, amount: part }) => !touched.has(lineId) && part > 0);
          expect(new Set(untouched(allocations).map((part) => JSON.stringify(part)))).toEqual(
            new Set(untouched(one.allocations).map((part) => JSON.stringify(part))),
          );
          return { ...one, amount, allocations, status: 'due' as const };
        });
        bill = { ...before, lines, shares };
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
    }),
    { numRuns: 300 },
  );
});
