import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allocateBill, type WeightedPayer } from './allocations.ts';
import { peopleTouched, removePeople, type BasketLine } from './basket.ts';

const PEOPLE = ['ada', 'ben', 'cem', 'dua'];

interface TestLine extends BasketLine {
  readonly amount: number;
}
const madeOf = (id: string, owner: string, sharers: readonly WeightedPayer[], amount: number): TestLine => ({
  ...{ id, version: 1, participantId: owner, amount },
  sharedBetween: sharers.length > 0 ? sharers : [{ participantId: owner, weight: 1 }],
});
const line = (id: string, owner: string, ...others: string[]) => {
  const sharers = others.map((participantId) => ({ participantId, weight: 1 }));
  return madeOf(id, owner, sharers, 600);
};
const steak = line('steak', 'ada');
const wine = line('wine', 'ada', 'ada', 'ben', 'cem');
const cake = line('cake', 'ben', 'ada');
const basket = [steak, wine, cake];

const lines = fc
  .array(
    fc.record({
      owner: fc.constantFrom(...PEOPLE),
      amount: fc.nat(3000),
      sharers: fc.uniqueArray(
        fc.record({ participantId: fc.constantFrom(...PEOPLE), weight: fc.integer({ min: 1, max: 5 }) }),
        { maxLength: 4, selector: ({ participantId }) => participantId },
      ),
    }),
    { maxLength: 8 },
  )
  .map((given) =>
    given.map(({ owner, amount, sharers }, index) => madeOf(`line-${index}`, owner, sharers, amount)),
  );

/** What everybody pays of these lines, in the order of PEOPLE. */
function partsOf(given: readonly TestLine[]): number[] {
  const shares = allocateBill({ currency: 'eur', lines: given });
  return PEOPLE.map((id) => shares.find(({ participantId }) => participantId === id)?.amount ?? 0);
}

describe('somebody who leaves', () => {
  test('takes along what she alone pays; the others divide her part of the rest', () => {
    expect(removePeople(basket, (id) => id === 'ada')).toEqual([
      {
        ...wine,
        version: 2,
        participantId: 'ben',
        sharedBetween: [
          { participantId: 'ben', weight: 1 },
          { participantId: 'cem', weight: 1 },
        ],
      },
    ]);
  });

  test('is in no line any more, nobody else pays less, and what she had no part in is untouched', () => {
    fc.assert(
      fc.property(lines, fc.constantFrom(...PEOPLE), (given, who) => {
        const left = removePeople(given, (id) => id === who);
        for (const each of left) {
          expect(each.participantId).not.toBe(who);
          expect(each.sharedBetween.length).toBeGreaterThan(0);
          expect(each.sharedBetween.map(({ participantId }) => participantId)).not.toContain(who);
        }
        for (const each of given)
          if (
            each.participantId !== who &&
            each.sharedBetween.every(({ participantId }) => participantId !== who)
          )
            expect(left).toContain(each);
        const before = partsOf(given);
        for (const [index, amount] of partsOf(left).entries()) {
          if (PEOPLE[index] === who) expect(amount).toBe(0);
          else expect(amount).toBeGreaterThanOrEqual(before[index]! - 1);
        }
      }),
    );
  });

  test('leaves the same lines whether two go at once or one after the other', () => {
    const whoAndWhat = (given: readonly TestLine[]) => given.map(({ version: _, ...rest }) => rest);
    fc.assert(
      fc.property(lines, (given) => {
        const [ada, ben] = [(id: string) => id === 'ada', (id: string) => id === 'ben'];
        const inTurn = removePeople(removePeople(given, ada), ben);
        expect(whoAndWhat(removePeople(given, (id) => ada(id) || ben(id)))).toEqual(whoAndWhat(inTurn));
      }),
    );
  });
});

test('a change concerns whoever has or shares a line that it changes, adds or removes, and nobody else', () => {
  const rarer = { ...steak, version: 2 };
  expect(peopleTouched(basket, [rarer, wine, cake])).toEqual(new Set(['ada']));
  expect(peopleTouched(basket, basket)).toEqual(new Set());
  expect(peopleTouched(basket, [...basket, line('tea', 'dua', 'cem')])).toEqual(new Set(['dua', 'cem']));
  expect(peopleTouched(basket, [steak, wine])).toEqual(new Set(['ada', 'ben']));
  // Who stepped out is told, too.
  const left = { ...wine, version: 2, sharedBetween: wine.sharedBetween.slice(0, 1) };
  expect(peopleTouched(basket, [steak, left, cake])).toEqual(new Set(['ada', 'ben', 'cem']));
});
