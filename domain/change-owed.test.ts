import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocateBill } from './allocations.ts';
import type { LineChanges } from './change.ts';
import { leastQuantity, planOwedChange, type OwedChanger, type OwedLine } from './change-owed.ts';
import { dueParts, type SettledPart } from './owed.ts';

const lineOf = (id: string, of: Partial<OwedLine> = {}): OwedLine => ({
  ...{ id, participantId: 'ada', sharedBetween: ['ada'], quantity: 3, unitAmount: 500, discountAmount: 0 },
  ...{ returnedQuantity: 0, settledAmount: 0, claimed: null },
  ...of,
});
const plan = (lines: OwedLine[], by: OwedChanger, changes: LineChanges) =>
  planOwedChange({ currency: 'eur', lines }, by, changes);
const ada = { participantId: 'ada' };
const less = (quantity: number) => ({ set: [{ lineId: 'a', quantity }], add: [] });

describe('a change of a round that is paid after', () => {
  test('changes what is owed, and has nothing to pay', () => {
    const add = [{ id: 'new', amount: 700, sharedBetween: [{ participantId: 'ada', weight: 1 }] }];
    const planned = plan([lineOf('a')], ada, { ...less(1), add });
    expect(planned).toEqual({
      ...{ differenceAmount: -300, discounts: [] },
      byPayer: [{ participantId: 'ada', differenceAmount: -300, shares: [], toPay: null }],
      quantities: [{ lineId: 'a', quantity: 1, discountAmount: 0 }],
    });
    expect(plan([lineOf('a')], ada, { ...less(3), add: [] })).toMatchObject({ quantities: [] });
  });

  test('takes nothing off that is paid, being paid, canceled or written off', () => {
    const paid = lineOf('a', { settledAmount: 750 });
    expect(leastQuantity(paid, 1)).toBe(2);
    expect(plan([paid], ada, less(2))).toMatchObject({ differenceAmount: -500 });
    expect(plan([paid], ada, less(1))).toMatchObject({ refused: 'already_paid', leastQuantity: 2 });
    const claimed = { ...paid, claimed: { by: 'ben', amount: 500 } };
    expect(plan([claimed], ada, less(1))).toMatchObject({ refused: 'already_claimed', by: 'ben' });
    expect(plan([claimed], ada, less(0))).toMatchObject({ refused: 'already_paid' });
    const canceled = lineOf('a', { returnedQuantity: 1, settledAmount: 500 });
    expect(plan([canceled], ada, less(0))).toMatchObject({ refused: 'refunded_already' });
    const free = lineOf('a', { unitAmount: 0 });
    expect(plan([free, lineOf('b')], ada, less(0))).toMatchObject({ differenceAmount: 0 });
  });

  test('keeps its discount, and is waived by staff', () => {
    const cheap = lineOf('a', { discountAmount: 300 });
    expect(plan([cheap], ada, less(1))).toMatchObject({
      differenceAmount: -800,
      quantities: [{ quantity: 1, discountAmount: 100 }],
    });
    expect(plan([{ ...cheap, settledAmount: 900 }], ada, less(2))).toMatchObject({ refused: 'already_paid' });
    expect(plan([cheap], 'staff', { ...less(5), isWaived: true })).toMatchObject({
      differenceAmount: 0,
      quantities: [{ quantity: 5, discountAmount: 1300 }],
      discounts: [{ lineId: 'a', amount: 1000 }],
    });
  });

  test('is hers alone, or of staff', () => {
    const shared = lineOf('a', { sharedBetween: ['ada', 'ben'] });
    expect(plan([shared], ada, less(1))).toMatchObject({ refused: 'shared_line' });
    expect(plan([shared], { participantId: 'cem' }, less(1))).toMatchObject({
      refused: 'not_yours',
    });
    expect(plan([lineOf('a', { sharedBetween: ['ben'] })], ada, less(1))).toMatchObject({
      refused: 'shared_line',
    });
    expect(plan([shared], 'staff', less(1))).toMatchObject({ differenceAmount: -1000 });
    expect(plan([shared], 'staff', less(0))).toMatchObject({ refused: 'nothing_left' });
    expect(plan([], ada, less(1))).toMatchObject({ refused: 'unknown_line' });
  });
});

test('a change of her own lines moves no cent of what anybody else owes, whatever was paid of the round', () => {
  const PEOPLE = ['ada', 'ben', 'cem'];
  const given = fc.record({
    lines: fc.array(
      fc.record({
        owner: fc.constantFrom(...PEOPLE),
        sharers: fc.subarray(PEOPLE, { minLength: 1 }),
        isShared: fc.boolean(),
        quantity: fc.integer({ min: 1, max: 5 }),
        unitAmount: fc.integer({ min: 0, max: 999 }),
        paid: fc.array(
          fc.record({ by: fc.constantFrom(...PEOPLE), percent: fc.integer({ min: 0, max: 60 }) }),
          {
            maxLength: 3,
          },
        ),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    wanted: fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 6, maxLength: 6 }),
    added: fc.array(fc.integer({ min: 0, max: 999 }), { maxLength: 2 }),
  });
  fc.assert(
    fc.property(given, ({ lines: wishes, wanted, added }) => {
      const settled = new Map<string, SettledPart[]>();
      const lines = wishes.map(
        ({ owner, sharers, isShared, quantity, unitAmount, paid }, index): OwedLine => {
          const id = `line-${index}`;
          let left = quantity * unitAmount;
          const parts = paid.flatMap(({ by, percent }): SettledPart[] => {
            const amount = Math.min(left, Math.floor((quantity * unitAmount * percent) / 100));
            left -= amount;
            return amount > 0 ? [{ by, amount }] : [];
          });
          settled.set(id, parts);
          const settledAmount = quantity * unitAmount - left;
          const sharedBetween = isShared ? sharers : [owner];
          return lineOf(id, { participantId: owner, sharedBetween, quantity, unitAmount, settledAmount });
        },
      );
      const owedOf = (bill: readonly OwedLine[]) => {
        const shares = allocateBill({
          currency: 'eur',
          lines: bill.map(({ id, quantity, unitAmount, sharedBetween }) => ({
            ...{ id, amount: quantity * unitAmount },
            sharedBetween: sharedBetween.map((participantId) => ({ participantId, weight: 1 })),
          })),
        });
        return bill.flatMap(({ id }) => {
          const parts = shares.flatMap(({ participantId, allocations }) =>
            allocations.flatMap(({ lineId, amount }) => (lineId === id ? [{ participantId, amount }] : [])),
          );
          return dueParts(parts, settled.get(id) ?? [], 'eur').map((part) => ({ ...part, lineId: id }));
        });
      };
      const set = lines.flatMap((line, index) => {
        const isHers = line.participantId === 'ada' && line.sharedBetween.join() === 'ada';
        const quantity = Math.max(leastQuantity(line, 1), wanted[index]!);
        return isHers ? [{ lineId: line.id, quantity }] : [];
      });
      const add = added.map((amount, index) => ({
        ...{ id: `new-${index}`, amount, sharedBetween: [{ participantId: 'ada', weight: 1 }] },
      }));
      const planned = plan(lines, ada, { set, add });
      if ('refused' in planned) {
        expect(planned.refused).toBe('nothing_left');
        return;
      }
      const quantities = new Map(planned.quantities.map(({ lineId, quantity }) => [lineId, quantity]));
      const after = [
        ...lines.flatMap((line) => {
          const quantity = quantities.get(line.id) ?? line.quantity;
          return quantity > 0 ? [{ ...line, quantity }] : [];
        }),
        ...add.map(({ id, amount }) => lineOf(id, { quantity: 1, unitAmount: amount })),
      ];
      const changed = new Set(set.map(({ lineId }) => lineId));
      const untouched = (parts: ReturnType<typeof owedOf>) =>
        parts.filter(({ lineId }) => lineId.startsWith('line-') && !changed.has(lineId));
      const [before, now] = [owedOf(lines), owedOf(after)];
      expect(untouched(now)).toEqual(untouched(before));
      const sumOf = (parts: readonly { amount: number }[]) =>
        parts.reduce((sum, { amount }) => sum + amount, 0);
      expect(sumOf(now) - sumOf(before)).toBe(planned.differenceAmount);
    }),
    { numRuns: 300 },
  );
});
