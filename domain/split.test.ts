import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import type { AllocatedLine, AllocatedShare } from './allocations.ts';
import { splitSchema } from './contract/rounds.ts';
import { chargeStep } from './currency.ts';
import { explainShare } from './explain-share.ts';
import { mendAmounts } from './split-problem.ts';
import { splitBill } from './split.ts';
import type { BillFee, BillToSplit, Split } from './split-rule.ts';

const PEOPLE = ['ada', 'ben', 'cem', 'dua', 'eve'];
const CURRENCIES = ['eur', 'jpy', 'kwd'];

const line = (id: string, amount: number, ...people: string[]): AllocatedLine => ({
  id,
  amount,
  sharedBetween: people.map((participantId) => ({ participantId, weight: 1 })),
});
const bill = (split: Split, lines: AllocatedLine[], fees: BillFee[] = [], people = PEOPLE): BillToSplit => ({
  currency: 'eur',
  lines,
  fees,
  participantIds: people,
  split,
});
const sum = (amounts: readonly number[]) => amounts.reduce((left, right) => left + right, 0);
const amountsOf = (shares: readonly AllocatedShare[]) =>
  Object.fromEntries(shares.map(({ participantId, amount }) => [participantId, amount]));
function sharesOf(given: BillToSplit): readonly AllocatedShare[] {
  const result = splitBill(given);
  if (!result.ok) throw new Error(result.problem.kind);
  return result.shares;
}
function problemOf(given: BillToSplit) {
  const result = splitBill(given);
  return result.ok ? undefined : result.problem;
}

const people = fc.subarray(PEOPLE, { minLength: 1 });
const treats = fc
  .tuple(fc.constantFrom(...PEOPLE), fc.option(people, { nil: undefined }))
  .map(([payerId, participantIds]) => [{ kind: 'treat' as const, payerId, participantIds }]);
const bills = fc
  .record({
    currency: fc.constantFrom(...CURRENCIES),
    lines: fc.array(
      fc.record({
        amount: fc.oneof(fc.nat(3), fc.nat(5000)),
        sharedBetween: fc.uniqueArray(
          fc.record({
            participantId: fc.constantFrom(...PEOPLE),
            weight: fc.integer({ min: 1, max: 9 }),
          }),
          { minLength: 1, selector: ({ participantId }) => participantId },
        ),
      }),
      { minLength: 1, maxLength: 9 },
    ),
    fees: fc.array(
      fc.record({
        amount: fc.integer({ min: -300, max: 300 }),
        spread: fc.constantFrom('goods' as const, 'evenly' as const),
      }),
      { maxLength: 2 },
    ),
    cuts: fc.array(fc.nat(10_000), { maxLength: 4 }),
  })
  .chain(({ currency, lines, fees, cuts }) => {
    const step = chargeStep(currency);
    const ids = lines.map((_, index) => `line-${index}`);
    const total = sum(lines.map(({ amount }) => amount)) + sum(fees.map(({ amount }) => amount));
    // Cuts the whole at random places, so that the parts sum.
    const cut = (whole: number) => {
      const places = [0, ...cuts.map((at) => Math.floor((whole * at) / 10_000)), whole].toSorted(
        (left, right) => left - right,
      );
      return places.slice(1).map((end, index) => end - places[index]!);
    };
    const splits: fc.Arbitrary<Split>[] = [
      treats.map((each) => ({ kind: 'own', treats: each })),
      fc.constant({ kind: 'own' }),
      treats.map(([each]) => each!),
      fc.record({ kind: fc.constant('even' as const), except: fc.subarray(ids), participantIds: people }),
      fc.record({ kind: fc.constant('even' as const), treats }),
      fc.constant({
        kind: 'custom',
        percents: cut(10_000).map((basisPoints, index) => ({ participantId: PEOPLE[index]!, basisPoints })),
      }),
      ...(total >= 0
        ? [
            fc.constant<Split>({
              kind: 'custom',
              amounts: cut(total).map((amount, index) => ({
                participantId: PEOPLE[index]!,
                amount: amount * step,
              })),
            }),
          ]
        : []),
    ];
    return fc.oneof(...splits).map((split): BillToSplit & { fees: BillFee[] } => ({
      currency,
      lines: lines.map((each, index) => ({ ...each, id: ids[index]!, amount: each.amount * step })),
      fees: fees.map((each, index) => ({ ...each, id: `fee-${index}`, amount: each.amount * step })),
      participantIds: PEOPLE,
      split,
    }));
  });

describe('any split', () => {
  test('is a split of the contract', () => {
    // What the contract lets in is what the domain takes: a difference is an error of types.
    const fromContract = (split: z.output<typeof splitSchema>): Split => split;
    expect(fromContract(splitSchema.parse({ kind: 'own' }))).toEqual({ kind: 'own' });
  });

  test('sums to the bill and to each of its items, in chargeable steps', () => {
    fc.assert(
      fc.property(bills, (given) => {
        const shares = sharesOf(given);
        const items = [...given.lines, ...given.fees];
        expect(sum(shares.map(({ amount }) => amount))).toBe(sum(items.map(({ amount }) => amount)));
        const allocations = shares.flatMap((share) => share.allocations);
        for (const { id, amount } of items)
          expect(sum(allocations.filter(({ lineId }) => lineId === id).map((each) => each.amount))).toBe(
            amount,
          );
        for (const { amount } of allocations) expect(Math.abs(amount % chargeStep(given.currency))).toBe(0);
      }),
    );
  });

  test('is the same in any order of lines, people and sharing', () => {
    fc.assert(
      fc.property(bills, (given) => {
        const turned = {
          ...given,
          participantIds: given.participantIds.toReversed(),
          fees: given.fees.toReversed(),
          lines: given.lines
            .map((each) => ({ ...each, sharedBetween: each.sharedBetween.toReversed() }))
            .toReversed(),
        };
        expect(sharesOf(turned)).toEqual(sharesOf(given));
      }),
    );
  });

  test('is explained by parts that sum to the share, item by item', () => {
    fc.assert(
      fc.property(bills, (given) => {
        const result = splitBill(given);
        if (!result.ok) throw new Error(result.problem.kind);
        for (const share of result.shares) {
          const parts = explainShare(share, result.items, given.currency);
          expect(sum(parts.map(({ amount }) => amount))).toBe(share.amount);
          for (const { lineId, amount } of share.allocations)
            expect(sum(parts.filter((part) => part.lineId === lineId).map((part) => part.amount))).toBe(
              amount,
            );
          for (const { weight, of } of parts) expect(weight).toBeLessThanOrEqual(of);
        }
      }),
    );
  });

  test('by custom amounts is these amounts', () => {
    fc.assert(
      fc.property(bills, (given) => {
        if (given.split.kind !== 'custom' || !('amounts' in given.split)) return;
        const shares = amountsOf(sharesOf(given));
        for (const { participantId, amount } of given.split.amounts)
          expect(shares[participantId] ?? 0).toBe(amount);
      }),
    );
  });

  test('with a treat takes nothing from those who are treated, and gives it all to who treats them', () => {
    fc.assert(
      fc.property(bills, people, (given, participantIds) => {
        const { fees: _, ...withoutFees } = given;
        const own = amountsOf(sharesOf({ ...withoutFees, split: { kind: 'own' } }));
        const split: Split = { kind: 'treat', payerId: 'ada', participantIds };
        const treated = amountsOf(sharesOf({ ...withoutFees, split }));
        const step = chargeStep(given.currency);
        for (const id of PEOPLE) {
          if (id === 'ada') continue;
          if (participantIds.includes(id)) expect(treated[id]).toBeUndefined();
          // Another person's exact part is the same: only the rounding of a cent may differ.
          else expect(Math.abs((treated[id] ?? 0) - (own[id] ?? 0))).toBeLessThanOrEqual(step);
        }
      }),
    );
  });
});

describe('own', () => {
  test('a line that is added never lowers another’s part, apart from the cent that rounding moves', () => {
    fc.assert(
      fc.property(bills, fc.nat(5000), people, (given, amount, sharing) => {
        const step = chargeStep(given.currency);
        const partsOf = (lines: readonly AllocatedLine[]) =>
          amountsOf(sharesOf({ ...given, lines, fees: [], split: { kind: 'own' } }));
        const before = partsOf(given.lines);
        const added = line('added', amount * step, ...sharing);
        const after = partsOf([...given.lines, added]);
        for (const [id, part] of Object.entries(before))
          expect(after[id]).toBeGreaterThanOrEqual(part - step);

        // Lines that divide without a rest leave nothing to round.
        const whole = given.lines.map((each) => {
          const weights = sum(each.sharedBetween.map(({ weight }) => weight));
          return { ...each, amount: each.amount * weights };
        });
        const exact = partsOf(whole);
        const more = partsOf([...whole, { ...added, amount: added.amount * sharing.length }]);
        for (const [id, part] of Object.entries(exact)) expect(more[id]).toBeGreaterThanOrEqual(part);
      }),
    );
  });
});

test.each<[string, BillToSplit, Record<string, number>]>([
  [
    '100.00 evenly by three is 33.34, 33.33, 33.33',
    bill({ kind: 'even' }, [line('a', 10_000, 'ada')], [], ['ada', 'ben', 'cem']),
    { ada: 3334, ben: 3333, cem: 3333 },
  ],
  [
    '0.02 evenly by four is 1, 1, 0, 0',
    bill({ kind: 'even' }, [line('a', 2, 'dua')], [], ['ada', 'ben', 'cem', 'dua']),
    { ada: 1, ben: 1, cem: 0, dua: 0 },
  ],
  [
    'a weight changed from 1 to 2 leaves the others alike',
    bill({ kind: 'own' }, [
      {
        id: 'dish',
        amount: 1000,
        sharedBetween: [
          { participantId: 'ada', weight: 2 },
          { participantId: 'ben', weight: 1 },
          { participantId: 'cem', weight: 1 },
          { participantId: 'dua', weight: 1 },
        ],
      },
    ]),
    { ada: 400, ben: 200, cem: 200, dua: 200 },
  ],
  [
    'even, but her steak is hers: 9.00, 3.00, 3.00, 3.00',
    bill(
      { kind: 'even', except: ['steak'] },
      [line('steak', 600, 'ada'), line('rest', 1200, 'ben')],
      [],
      ['ada', 'ben', 'cem', 'dua'],
    ),
    { ada: 900, ben: 300, cem: 300, dua: 300 },
  ],
  [
    'even among those who ate, not the one who only opened the tab',
    bill({ kind: 'even', participantIds: ['ben', 'cem'] }, [line('a', 1000, 'ben')]),
    { ben: 500, cem: 500 },
  ],
  [
    'one treats everybody',
    bill({ kind: 'treat', payerId: 'eve' }, [line('a', 1000, 'ada', 'ben'), line('b', 500, 'cem')]),
    { eve: 1500 },
  ],
  [
    'one treats another, who shares a dish with a third',
    bill({ kind: 'treat', payerId: 'ada', participantIds: ['ben'] }, [
      line('a', 1000, 'ben', 'cem'),
      line('b', 300, 'ada'),
    ]),
    { ada: 800, cem: 500 },
  ],
  [
    'a treat covers what a person has herself, not what she pays for others',
    bill(
      {
        kind: 'own',
        treats: [
          { kind: 'treat', payerId: 'ada', participantIds: ['ben'] },
          { kind: 'treat', payerId: 'ben', participantIds: ['cem'] },
        ],
      },
      [line('a', 100, 'ben'), line('b', 200, 'cem')],
    ),
    { ada: 100, ben: 200 },
  ],
  [
    'percents, the odd cent to the largest remainder',
    bill(
      {
        kind: 'custom',
        percents: [
          { participantId: 'ada', basisPoints: 3333 },
          { participantId: 'ben', basisPoints: 6667 },
        ],
      },
      [line('a', 1001, 'cem')],
    ),
    { ada: 334, ben: 667 },
  ],
  [
    'fees by goods: nobody carries the rounding alone',
    bill(
      { kind: 'own' },
      [line('a', 1000, 'ada'), line('b', 2000, 'ben')],
      [
        { id: 'service', amount: 300, spread: 'goods' },
        { id: 'discount', amount: -601, spread: 'goods' },
      ],
    ),
    { ada: 900, ben: 1799 },
  ],
  [
    'fees evenly, whatever each has ordered; who treats pays them for those she treats',
    bill(
      { kind: 'own', treats: [{ kind: 'treat', payerId: 'ada', participantIds: ['ben'] }] },
      [line('a', 1000, 'ada'), line('b', 2000, 'ben'), line('c', 0, 'cem')],
      [{ id: 'cover', amount: 300, spread: 'evenly' }],
    ),
    { ada: 3200, cem: 100 },
  ],
  [
    'custom amounts of a bill of 0',
    bill({ kind: 'custom', amounts: [{ participantId: 'ada', amount: 0 }] }, [line('a', 0, 'ben')]),
    { ada: 0 },
  ],
])('%s', (_what, given, expected) => {
  expect(amountsOf(sharesOf(given))).toEqual(expected);
});

describe('custom amounts', () => {
  const amounts = [11_011, 20_974, 10_487, 8914, 1049].map((amount, index) => ({
    participantId: PEOPLE[index]!,
    amount,
  }));
  const given = (each: typeof amounts) => bill({ kind: 'custom', amounts: each }, [line('a', 52_434, 'ada')]);

  test('that are 1 too many are told with what they sum to, and can be taken off one', () => {
    expect(problemOf(given(amounts))).toEqual({
      kind: 'amounts_do_not_sum',
      sumAmount: 52_435,
      differenceAmount: 1,
    });
    const mended = mendAmounts(amounts, 'ada', 52_434)!;
    expect(mended.map(({ amount }) => amount)).toEqual([11_010, 20_974, 10_487, 8914, 1049]);
    expect(sharesOf(given([...mended])).map(({ amount }) => amount)).toEqual([
      11_010, 20_974, 10_487, 8914, 1049,
    ]);
  });

  test('that are too little are told, too, and can be added to one; nobody is brought below 0', () => {
    expect(problemOf(given(amounts.slice(0, 4)))).toMatchObject({ differenceAmount: -1048 });
    expect(mendAmounts(amounts.slice(0, 4), 'dua', 52_434)!.at(-1)).toEqual({
      participantId: 'dua',
      amount: 9962,
    });
    expect(mendAmounts(amounts, 'eve', 1000)).toBeUndefined();
    expect(mendAmounts(amounts, 'nobody', 52_434)).toBeUndefined();
  });
});

test.each<[string, Split, object]>([
  ['an unknown person', { kind: 'treat', payerId: 'x' }, { kind: 'unknown_participant', participantId: 'x' }],
  [
    'an unknown person who is treated',
    { kind: 'treat', payerId: 'ada', participantIds: ['x'] },
    { kind: 'unknown_participant' },
  ],
  [
    'an unknown person with an amount',
    { kind: 'custom', amounts: [{ participantId: 'x', amount: 100 }] },
    { kind: 'unknown_participant' },
  ],
  ['an unknown line', { kind: 'even', except: ['x'] }, { kind: 'unknown_line', lineId: 'x' }],
  ['nobody to divide it by', { kind: 'even', participantIds: [] }, { kind: 'nobody_pays' }],
  ['nobody with an amount', { kind: 'custom', amounts: [] }, { kind: 'nobody_pays' }],
  [
    'one person twice',
    { kind: 'even', participantIds: ['ada', 'ada'] },
    { kind: 'listed_twice', participantId: 'ada' },
  ],
  [
    'two who treat the same person',
    {
      kind: 'own',
      treats: [
        { kind: 'treat', payerId: 'ada' },
        { kind: 'treat', payerId: 'ben', participantIds: ['cem'] },
      ],
    },
    { kind: 'treated_twice', participantId: 'cem' },
  ],
  [
    'a negative amount',
    { kind: 'custom', amounts: [{ participantId: 'ada', amount: -1 }] },
    { kind: 'not_chargeable', participantId: 'ada' },
  ],
  [
    'percents that are too little',
    { kind: 'custom', percents: [{ participantId: 'ada', basisPoints: 9999 }] },
    { kind: 'percents_do_not_sum', sumBasisPoints: 9999, differenceBasisPoints: -1 },
  ],
])('%s is a problem, and no error', (_what, split, expected) => {
  expect(problemOf(bill(split, [line('a', 100, 'ada')]))).toMatchObject(expected);
});

test('an amount that cannot be charged in its currency, and a bill without lines, are problems', () => {
  const split: Split = { kind: 'custom', amounts: [{ participantId: 'ada', amount: 15 }] };
  expect(problemOf({ ...bill(split, [line('a', 20, 'ada')]), currency: 'kwd' })).toMatchObject({
    kind: 'not_chargeable',
  });
  expect(problemOf(bill({ kind: 'own' }, []))).toEqual({ kind: 'nobody_pays' });
});

test('an explanation says which part of what one pays, and for whom', () => {
  const result = splitBill(
    bill(
      { kind: 'treat', payerId: 'ada', participantIds: ['ben'] },
      [line('wine', 1000, 'ada', 'ben', 'cem'), line('steak', 2000, 'ada')],
      [{ id: 'service', amount: 300, spread: 'goods' }],
    ),
  );
  if (!result.ok) throw new Error(result.problem.kind);
  const [ada, cem] = result.shares;
  expect(explainShare(cem!, result.items, 'eur')).toEqual([
    { lineId: 'wine', amount: 333, weight: 1, of: 3, forParticipantId: null },
    { lineId: 'service', amount: 34, weight: 333, of: 3000, forParticipantId: null },
  ]);
  expect(explainShare(ada!, result.items, 'eur')).toEqual([
    { lineId: 'wine', amount: 334, weight: 1, of: 3, forParticipantId: null },
    { lineId: 'wine', amount: 333, weight: 1, of: 3, forParticipantId: 'ben' },
    { lineId: 'steak', amount: 2000, weight: 1, of: 1, forParticipantId: null },
    { lineId: 'service', amount: 266, weight: 2667, of: 3000, forParticipantId: null },
  ]);
  // Taken over by Dua: the same parts, all of them Cem's.
  expect(explainShare({ ...cem!, participantId: 'dua', ownerId: 'cem' }, result.items, 'eur')[0]).toEqual({
    lineId: 'wine',
    amount: 333,
    weight: 1,
    of: 3,
    forParticipantId: 'cem',
  });
});
