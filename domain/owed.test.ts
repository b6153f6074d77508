import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocateBill } from './allocations.ts';
import { chargeStep } from './currency.ts';
import { dueParts, evenPart, owedBy, takeOwed, type OpenLine, type SettledPart, type Taken } from './owed.ts';
import type { SettlementWish } from './settlement.ts';

const PEOPLE = ['ada', 'ben', 'cem', 'dua'] as const;

interface GivenLine {
  readonly quantity: number;
  readonly unitAmount: number;
  readonly sharers: readonly string[];
}

/** A tab that sends rounds and is paid, in memory, as the database does it. */
function tabOf(currency: string) {
  const lines: (OpenLine & { parts: { participantId: string; amount: number }[]; amount: number })[] = [];
  const written: { id: number; lineId: string; part: SettledPart }[] = [];
  const payments: { id: number; what: { kind: SettlementWish['kind']; of?: number }; amount: number }[] = [];
  let ids = 0;
  const owed = () =>
    lines.map((line): OpenLine => {
      const settled = written.filter(({ lineId }) => lineId === line.lineId).map(({ part }) => part);
      const due = dueParts(line.parts, settled, currency);
      const openAmount = line.amount - sumOf(settled.map(({ amount }) => amount));
      return { lineId: line.lineId, unitAmount: line.unitAmount, openAmount, due, claimed: [] };
    });
  const owing = () => ({ currency, owed: owed(), payments, claims: [] });
  return {
    owed,
    owing,
    totalAmount: () => sumOf(lines.map(({ amount }) => amount)),
    settledAmount: () => sumOf(written.map(({ part }) => part.amount)),
    send(given: readonly GivenLine[]) {
      const round = given.map(({ quantity, unitAmount, sharers }, index) => ({
        lineId: `line-${String(lines.length + index).padStart(3, '0')}`,
        unitAmount,
        amount: quantity * unitAmount,
        sharedBetween: sharers.map((participantId) => ({ participantId, weight: 1 })),
      }));
      const shares = allocateBill({ currency, lines: round.map((line) => ({ ...line, id: line.lineId })) });
      for (const line of round) {
        const parts = shares.flatMap(({ participantId, allocations }) =>
          allocations
            .filter(({ lineId }) => lineId === line.lineId)
            .map(({ amount }) => ({ participantId, amount })),
        );
        lines.push({ ...line, parts, openAmount: line.amount, due: [], claimed: [] });
      }
    },
    pay(payer: string, wish: SettlementWish): Taken & { id?: number } {
      const taken = takeOwed(owing(), wish, payer);
      if ('refused' in taken) return taken;
      const id = ids++;
      for (const { lineId, amount } of taken.allocations)
        written.push({ id, lineId, part: { by: payer, amount } });
      payments.push({
        id,
        what: wish.kind === 'even' ? { kind: 'even', of: wish.of } : { kind: wish.kind },
        amount: taken.amount,
      });
      return { ...taken, id };
    },
    /** A claim that ends unpaid. */
    end(id: number) {
      for (const list of [written, payments])
        list.splice(0, list.length, ...(list.filter((each) => each.id !== id) as never[]));
    },
    reduce(lineId: string, amount: number) {
      written.push({ id: -1, lineId, part: { by: null, amount } });
    },
  };
}

const sumOf = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + amount, 0);
const amountOf = (taken: Taken) => ('refused' in taken ? taken.refused : taken.amount);

const givenLine = fc.record({
  quantity: fc.integer({ min: 1, max: 5 }),
  unitAmount: fc.oneof(fc.nat(3), fc.nat(2000)),
  sharers: fc.uniqueArray(fc.constantFrom(...PEOPLE), { minLength: 1 }),
});
const wish = fc.oneof(
  fc.constant({ kind: 'mine' } as const),
  fc.constant({ kind: 'rest' } as const),
  fc.record({ kind: fc.constant('even' as const), of: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ kind: fc.constant('amount' as const), amount: fc.integer({ min: 1, max: 3000 }) }),
  fc.record({
    kind: fc.constant('lines' as const),
    lines: fc.array(
      fc.record({
        lineId: fc.integer({ min: 0, max: 6 }).map((index) => `line-00${index}`),
        quantity: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  }),
);
const step = fc.oneof(
  fc.record({ round: fc.array(givenLine, { minLength: 1, maxLength: 4 }) }),
  fc.record({ payer: fc.constantFrom(...PEOPLE), wish }),
  fc.record({ ends: fc.nat(5) }),
  fc.record({ canceled: fc.nat(6) }),
);

describe('what a tab owes', () => {
  test('whatever is sent, paid, given up and canceled: parts sum to what is open, nothing is below 0, nothing is paid twice', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('eur', 'jpy', 'kwd'),
        fc.array(step, { maxLength: 14 }),
        (currency, steps) => {
          const tab = tabOf(currency);
          const unit = chargeStep(currency);
          for (const each of steps) {
            if ('round' in each)
              tab.send(each.round.map((line) => ({ ...line, unitAmount: line.unitAmount * unit })));
            else if ('payer' in each) {
              const asked =
                each.wish.kind === 'amount' ? { ...each.wish, amount: each.wish.amount * unit } : each.wish;
              const before = tab.owed();
              const taken = tab.pay(each.payer, asked);
              if (!('refused' in taken)) {
                expect(sumOf(taken.allocations.map(({ amount }) => amount))).toBe(taken.amount);
                for (const { lineId, amount } of taken.allocations) {
                  expect(amount).toBeGreaterThan(0);
                  expect(amount % unit).toBe(0);
                  expect(amount).toBeLessThanOrEqual(
                    before.find((line) => line.lineId === lineId)!.openAmount,
                  );
                }
                if (asked.kind === 'amount') expect(taken.amount).toBe(asked.amount);
                // She pays her own before she pays others'.
                if (asked.kind === 'mine') expect(owedBy(tab.owing(), each.payer)).toBe(0);
                if (asked.kind === 'amount' || asked.kind === 'even')
                  expect(owedBy(tab.owing(), each.payer)).toBe(
                    Math.max(0, owedBy({ owed: before }, each.payer) - taken.amount),
                  );
              }
            } else if ('ends' in each) tab.end(each.ends);
            else {
              const line = tab.owed()[each.canceled];
              if (line && line.openAmount > 0) tab.reduce(line.lineId, line.openAmount);
            }
            for (const { openAmount, due } of tab.owed()) {
              expect(openAmount).toBeGreaterThanOrEqual(0);
              expect(sumOf(due.map(({ amount }) => amount))).toBe(openAmount);
              expect(due.every(({ amount }) => amount > 0 && amount % unit === 0)).toBe(true);
            }
            const open = sumOf(tab.owed().map(({ openAmount }) => openAmount));
            expect(open).toBe(tab.totalAmount() - tab.settledAmount());
            expect(sumOf(PEOPLE.map((one) => owedBy(tab.owing(), one)))).toBe(open);
          }
          const open = sumOf(tab.owed().map(({ openAmount }) => openAmount));
          const rest = tab.pay('dua', { kind: 'rest' });
          expect(amountOf(rest)).toBe(open === 0 ? 'nothing_owed' : open);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('the order in which people and their parts are listed changes nothing', () => {
    const parts = [
      { participantId: 'ada', amount: 334 },
      { participantId: 'ben', amount: 333 },
      { participantId: 'cem', amount: 333 },
    ];
    const settled = [
      { by: 'ben', amount: 401 },
      { by: null, amount: 99 },
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray(parts, { minLength: 3 }), (shuffled) => {
        expect(dueParts(shuffled, settled, 'eur')).toEqual(dueParts(parts, settled, 'eur'));
      }),
    );
  });

  test('a later round, and what others pay of it, moves no cent of an earlier one', () => {
    const tab = tabOf('eur');
    tab.send([{ quantity: 1, unitAmount: 1000, sharers: ['ada', 'ben', 'cem'] }]);
    const before = tab.owed()[0];
    tab.send([{ quantity: 1, unitAmount: 1000, sharers: ['ada', 'ben', 'cem'] }]);
    tab.pay('cem', { kind: 'lines', lines: [{ lineId: 'line-001' }] });
    expect(tab.owed()[0]).toEqual(before);
  });
});

describe('cases from the field', () => {
  test('1, 2: evenly, the larger parts first, whoever comes; nobody pays less than nothing, and 0 is asked of nobody', () => {
    const split = (amount: number, of: number, payers: readonly string[]) => {
      const tab = tabOf('eur');
      tab.send([{ quantity: 1, unitAmount: amount, sharers: ['ada', 'ben'] }]);
      return payers.map((payer) => amountOf(tab.pay(payer, { kind: 'even', of })));
    };
    expect(split(10_000, 3, ['cem', 'ada', 'ben'])).toEqual([3334, 3333, 3333]);
    expect(split(2, 4, PEOPLE)).toEqual([1, 1, 'nothing_owed', 'nothing_owed']);
  });

  test('evenly beside other ways: what the others paid is divided by nobody, and the last pays what is left', () => {
    const tab = tabOf('eur');
    tab.send([
      { quantity: 1, unitAmount: 9000, sharers: ['ada', 'ben', 'cem'] },
      { quantity: 1, unitAmount: 1000, sharers: ['dua'] },
    ]);
    expect(amountOf(tab.pay('dua', { kind: 'mine' }))).toBe(1000);
    expect(amountOf(tab.pay('ada', { kind: 'even', of: 3 }))).toBe(3000);
    const second = tab.pay('ben', { kind: 'even', of: 3 });
    expect(amountOf(second)).toBe(3000);
    // Her card was declined: her part is free again, and is the next.
    tab.end(second.id!);
    tab.send([{ quantity: 1, unitAmount: 1001, sharers: ['ada', 'ben', 'cem'] }]);
    expect(amountOf(tab.pay('ben', { kind: 'even', of: 3 }))).toBe(3501);
    expect(amountOf(tab.pay('cem', { kind: 'even', of: 3 }))).toBe(3500);
    // All three are through: another round is another division.
    tab.send([{ quantity: 1, unitAmount: 300, sharers: ['ada'] }]);
    expect(evenPart(tab.owing(), 3)).toBe(100);
  });

  test('5: hers is hers, the rest is divided', () => {
    const tab = tabOf('eur');
    tab.send([
      { quantity: 1, unitAmount: 600, sharers: ['ada'] },
      { quantity: 1, unitAmount: 1200, sharers: PEOPLE },
    ]);
    expect(PEOPLE.map((one) => owedBy(tab.owing(), one))).toEqual([900, 300, 300, 300]);
  });

  test('7, 8: three of five beers, then two; then nothing is left, and never more than that', () => {
    const tab = tabOf('eur');
    tab.send([{ quantity: 5, unitAmount: 450, sharers: ['ada', 'ben'] }]);
    const beers = (quantity: number) =>
      ({ kind: 'lines', lines: [{ lineId: 'line-000', quantity }] }) as const;
    expect(amountOf(tab.pay('ada', beers(3)))).toBe(1350);
    expect(tab.pay('ben', beers(3))).toMatchObject({ refused: 'nothing_owed', openAmount: 900 });
    expect(amountOf(tab.pay('ben', beers(2)))).toBe(900);
    expect(tab.pay('ben', { kind: 'rest' })).toMatchObject({ refused: 'nothing_owed', openAmount: 0 });
  });

  test('what somebody is paying right now is refused with her, not as paid', () => {
    const line = { lineId: 'a', unitAmount: 500, openAmount: 0, due: [] };
    const owing = {
      ...{ currency: 'eur', payments: [], claims: [{ what: { kind: 'mine' as const } }] },
      owed: [{ ...line, claimed: [{ participantId: 'ada', amount: 500 }] }],
    };
    const refused = { refused: 'already_claimed', by: 'ada' };
    expect(takeOwed(owing, { kind: 'lines', lines: [{ lineId: 'a' }] }, 'ben')).toMatchObject(refused);
    expect(takeOwed(owing, { kind: 'rest' }, 'ben')).toMatchObject(refused);
    expect(takeOwed(owing, { kind: 'even', of: 2 }, 'ben')).toMatchObject(refused);
    expect(takeOwed(owing, { kind: 'lines', lines: [{ lineId: 'b' }] }, 'ben')).toMatchObject({
      refused: 'nothing_owed',
    });
  });

  test('an amount beyond her own lowers what the others owe alike, and is of what was ordered first', () => {
    const tab = tabOf('eur');
    tab.send([
      { quantity: 1, unitAmount: 400, sharers: ['ada'] },
      { quantity: 1, unitAmount: 600, sharers: ['ben'] },
      { quantity: 1, unitAmount: 600, sharers: ['ben'] },
      { quantity: 1, unitAmount: 400, sharers: ['cem'] },
    ]);
    const taken = tab.pay('ada', { kind: 'amount', amount: 1200 });
    expect(taken).toMatchObject({
      allocations: [
        { lineId: 'line-000', amount: 400 },
        { lineId: 'line-001', amount: 600 },
        { lineId: 'line-003', amount: 200 },
      ],
    });
    expect(PEOPLE.map((one) => owedBy(tab.owing(), one))).toEqual([0, 600, 200, 0]);
  });
});
