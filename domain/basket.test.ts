import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addLine,
  changeLine,
  copyLine,
  overSpendingLimit,
  peopleTouched,
  removeLine,
  removeParticipant,
  sharingOf,
  stepOut,
  stillReady,
  type BasketLine,
} from './basket.ts';
import { basketParts } from './split.ts';
import { TAB_LIMITS } from './tab.ts';

const PEOPLE = ['ada', 'ben', 'cem', 'dua'];

interface TestLine extends BasketLine {
  readonly amount: number;
  readonly note: string | null;
}
const line = (id: string, owner: string, ...others: string[]): TestLine => ({
  id,
  version: 1,
  participantId: owner,
  sharedBetween: sharingOf(
    owner,
    others.map((participantId) => ({ participantId })),
  ),
  amount: 600,
  note: null,
});
const steak = line('steak', 'ada');
const wine = line('wine', 'ada', 'ada', 'ben', 'cem');
const cake = line('cake', 'ben', 'ada');
const basket = [steak, wine, cake];

const lines = fc
  .array(
    fc.record({
      participantId: fc.constantFrom(...PEOPLE),
      amount: fc.nat(3000),
      sharers: fc.array(
        fc.record({ participantId: fc.constantFrom(...PEOPLE), weight: fc.integer({ min: 1, max: 5 }) }),
        { maxLength: 4 },
      ),
    }),
    { maxLength: 8 },
  )
  .map((given) =>
    given.map(({ participantId, amount, sharers }, index): TestLine => ({
      id: `line-${index}`,
      version: 1,
      participantId,
      amount,
      note: null,
      sharedBetween: sharingOf(participantId, sharers),
    })),
  );
const partsOf = (given: readonly TestLine[]) =>
  basketParts({ currency: 'eur', lines: given, participantIds: PEOPLE });

describe('lines', () => {
  test('are added up to the limit', () => {
    const full = Array.from({ length: TAB_LIMITS.lines }, (_, index) => line(`${index}`, 'ada'));
    expect(addLine(full, steak)).toEqual({ ok: false, problem: 'too_many_lines' });
    expect(addLine([], steak)).toEqual({ ok: true, lines: [steak] });
  });

  test('are changed and removed at the version that one knows, and else shown as they are', () => {
    const changed = changeLine(basket, 'steak', 1, { note: 'rare' });
    expect(changed).toEqual({ ok: true, lines: [{ ...steak, version: 2, note: 'rare' }, wine, cake] });
    if (!changed.ok) return;
    expect(changeLine(changed.lines, 'steak', 1, { note: 'well done' })).toEqual({
      ok: false,
      problem: 'version_conflict',
      line: { ...steak, version: 2, note: 'rare' },
    });
    expect(removeLine(changed.lines, 'steak', 1)).toMatchObject({ ok: false, problem: 'version_conflict' });
    expect(removeLine(changed.lines, 'steak', 2)).toEqual({ ok: true, lines: [wine, cake] });
    expect(removeLine(basket, 'soup', 1)).toEqual({ ok: false, problem: 'not_found' });
    expect(basket).toEqual([steak, wine, cake]);
  });

  test('are copied as chosen, and paid by who copies them', () => {
    expect(copyLine({ ...wine, version: 7, note: 'cold' }, { id: 'more', participantId: 'dua' })).toEqual({
      ...wine,
      id: 'more',
      participantId: 'dua',
      note: 'cold',
      version: 1,
      sharedBetween: [{ participantId: 'dua', weight: 1 }],
    });
  });
});

describe('sharing', () => {
  test('names each person once', () => {
    expect(
      sharingOf('ada', [
        { participantId: 'ben', weight: 2 },
        { participantId: 'ben' },
        { participantId: 'cem' },
      ]),
    ).toEqual([
      { participantId: 'ben', weight: 3 },
      { participantId: 'cem', weight: 1 },
    ]);
    expect(sharingOf('ada')).toEqual([{ participantId: 'ada', weight: 1 }]);
  });

  test('is left by anybody but the last, the owner included', () => {
    expect(stepOut(basket, 'wine', 'ada')).toEqual({
      ok: true,
      lines: [
        steak,
        { ...wine, version: 2, sharedBetween: [wine.sharedBetween[1], wine.sharedBetween[2]] },
        cake,
      ],
    });
    expect(stepOut(basket, 'steak', 'ada')).toEqual({ ok: false, problem: 'nobody_left', line: steak });
    expect(stepOut(basket, 'steak', 'ben')).toEqual({ ok: false, problem: 'not_found' });
    expect(stepOut(basket, 'soup', 'ben')).toEqual({ ok: false, problem: 'not_found' });
  });

  test('divides the part of who steps out among those left, by their weights', () => {
    fc.assert(
      fc.property(lines, fc.constantFrom(...PEOPLE), (given, who) => {
        for (const { id, amount, sharedBetween } of given) {
          const left = stepOut(given, id, who);
          if (!left.ok) continue;
          const after = left.lines.find((each) => each.id === id)!;
          expect(after.sharedBetween).toEqual(sharedBetween.filter((each) => each.participantId !== who));
          expect(partsOf(left.lines).reduce((total, part) => total + part.amount, 0)).toBe(
            given.reduce((total, each) => total + each.amount, 0),
          );
          expect(after.amount).toBe(amount);
        }
      }),
    );
  });
});

describe('somebody who leaves', () => {
  test('takes along what she alone pays; the others divide her part of the rest', () => {
    expect(removeParticipant(basket, 'ada')).toEqual([
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
        const left = removeParticipant(given, who);
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
        for (const [index, { participantId, amount }] of partsOf(left).entries()) {
          if (participantId === who) expect(amount).toBe(0);
          else expect(amount).toBeGreaterThanOrEqual(before[index]!.amount - 1);
        }
      }),
    );
  });
});

describe('who is ready', () => {
  test('must look again when a line of hers changes, and stays ready when only others’ do', () => {
    const ready = ['ada', 'ben', 'dua'];
    const changed = changeLine(basket, 'steak', 1, { note: 'rare' });
    if (!changed.ok) throw new Error(changed.problem);
    expect(stillReady(ready, basket, changed.lines)).toEqual(['ben', 'dua']);
    expect(stillReady(ready, basket, basket)).toEqual(ready);
    expect(peopleTouched(basket, [...basket, line('tea', 'dua', 'cem')])).toEqual(new Set(['dua', 'cem']));
    // Who stepped out is told, too.
    const left = stepOut(basket, 'wine', 'ben');
    if (!left.ok) throw new Error(left.problem);
    expect(peopleTouched(basket, left.lines)).toEqual(new Set(['ada', 'ben', 'cem']));
  });
});

test('the limit for each person is told with by how much it is exceeded', () => {
  const parts = partsOf([steak, wine, cake]);
  expect(parts.map(({ amount }) => amount)).toEqual([1400, 200, 200, 0]);
  expect(overSpendingLimit(parts, 1000)).toEqual([{ participantId: 'ada', overAmount: 400 }]);
  expect(overSpendingLimit(parts, 1400)).toEqual([]);
  expect(overSpendingLimit(parts, null)).toEqual([]);
});
