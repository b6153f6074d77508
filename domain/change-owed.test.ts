import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LineChanges } from './change.ts';
import { leastQuantity, planOwedChange, type OwedChanger, type OwedLine } from './change-owed.ts';
import { dueParts, type SettledPart } from './owed.ts';
import { partsOfRound } from './round-parts.ts';

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

  test('is of those who ordered or share it, who are all named, or of staff', () => {
    const shared = lineOf('a', { sharedBetween: ['ada', 'ben'], unitAmount: 501 });
    expect(plan([shared, lineOf('b')], ada, less(2))).toMatchObject({
      differenceAmount: -501,
      byPayer: [
        { participantId: 'ada', differenceAmount: -251 },
        { participantId: 'ben', differenceAmount: -250 },
      ],
      parts: [{ lineId: 'a', parts: [501, 501] }],
    });
    // A note is for all of them, too, and moves nothing.
    const noted = plan([shared], ada, less(3));
    expect(noted).toMatchObject({
      byPayer: [
        { participantId: 'ada', differenceAmount: 0 },
        { participantId: 'ben', differenceAmount: 0 },
      ],
    });
    expect(noted).not.toHaveProperty('parts');
    expect(plan([shared], { participantId: 'cem' }, less(1))).toMatchObject({ refused: 'not_yours' });
    expect(plan([lineOf('a', { sharedBetween: ['ben'] })], ada, less(1))).toMatchObject({
      byPayer: [
        { participantId: 'ada', differenceAmount: 0 },
        { participantId: 'ben', differenceAmount: -1000 },
      ],
    });
    expect(plan([shared], 'staff', less(1))).toMatchObject({
      ...{ differenceAmount: -1002, byPayer: [], parts: [{ lineId: 'a', parts: [251, 250] }] },
    });
    expect(plan([shared], 'staff', less(0))).toMatchObject({ refused: 'nothing_left' });
    expect(plan([], ada, less(1))).toMatchObject({ refused: 'unknown_line' });
  });
});

test('a change moves no cent of what anybody owes who shares nothing of it, whatever was paid of the round', () => {
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
    changes: fc.array(
      fc.record({
        by: fc.constantFrom(...PEOPLE, 'staff' as const),
        wanted: fc.array(fc.option(fc.integer({ min: 0, max: 6 })), { minLength: 6, maxLength: 6 }),
        added: fc.array(fc.integer({ min: 0, max: 999 }), { maxLength: 2 }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  });
  fc.assert(
    fc.property(given, ({ lines: wishes, changes }) => {
      const settled = new Map<string, SettledPart[]>();
      let lines = wishes.map(({ owner, sharers, isShared, quantity, unitAmount, paid }, index): OwedLine => {
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
      });
      const amountOf = ({ quantity, unitAmount }: OwedLine) => quantity * unitAmount;
      const partsOf = (bill: readonly OwedLine[]) =>
        partsOfRound(
          'eur',
          bill.map((line) => ({ ...line, amount: amountOf(line) })),
        );
      const owedOf = (bill: readonly OwedLine[]) => {
        const all = partsOf(bill);
        return bill.flatMap(({ id }) =>
          dueParts(all.get(id)!, settled.get(id) ?? [], 'eur').map((part) => ({ ...part, lineId: id })),
        );
      };
      const sumOf = (parts: readonly { amount: number }[]) =>
        parts.reduce((sum, { amount }) => sum + amount, 0);
      for (const [round, { by, wanted, added }] of changes.entries()) {
        const isHers = ({ participantId, sharedBetween }: OwedLine) =>
          by === 'staff' || participantId === by || sharedBetween.includes(by);
        const set = lines.flatMap((line, index) => {
          const wish = wanted[index];
          if (wish === null || wish === undefined || !isHers(line)) return [];
          return [{ lineId: line.id, quantity: Math.max(leastQuantity(line, 1), wish) }];
        });
        const adder = by === 'staff' ? 'ada' : by;
        const add = added.map((amount, index) => ({
          ...{ id: `new-${round}-${index}`, amount },
          sharedBetween: [{ participantId: adder, weight: 1 }],
        }));
        const planned = plan(lines, by === 'staff' ? by : { participantId: by }, { set, add });
        if ('refused' in planned) {
          expect(planned.refused).toBe('nothing_left');
          continue;
        }
        const before = lines;
        const quantities = new Map(planned.quantities.map(({ lineId, quantity }) => [lineId, quantity]));
        const fixed = new Map(planned.parts?.map((line) => [line.lineId, line.parts]));
        lines = [
          ...lines.flatMap((line) => {
            const quantity = quantities.get(line.id) ?? line.quantity;
            return quantity > 0
              ? [{ ...line, quantity, parts: fixed.get(line.id) ?? line.parts ?? null }]
              : [];
          }),
          ...add.map(({ id, amount }) =>
            lineOf(id, {
              ...{ participantId: adder, sharedBetween: [adder] },
              quantity: 1,
              unitAmount: amount,
            }),
          ),
        ];
        const [was, now] = [owedOf(before), owedOf(lines)];
        const untouched = (parts: typeof now) =>
          parts.filter(({ lineId }) => !quantities.has(lineId) && !add.some(({ id }) => id === lineId));
        expect(untouched(now)).toEqual(untouched(was));
        expect(sumOf(now) - sumOf(was)).toBe(planned.differenceAmount);
        const [partsBefore, partsNow] = [partsOf(before), partsOf(lines)];
        for (const line of lines) expect(sumOf(partsNow.get(line.id)!)).toBe(amountOf(line));
        if (by === 'staff') continue;
        expect(sumOf(planned.byPayer.map((payer) => ({ amount: payer.differenceAmount })))).toBe(
          planned.differenceAmount,
        );
        for (const name of PEOPLE) {
          const partOf = (all: typeof partsNow) =>
            sumOf([...all.values()].flat().filter(({ participantId }) => participantId === name));
          const told = planned.byPayer.find(({ participantId }) => participantId === name);
          expect(partOf(partsNow) - partOf(partsBefore)).toBe(told?.differenceAmount ?? 0);
        }
      }
    }),
    { numRuns: 300 },
  );
});
