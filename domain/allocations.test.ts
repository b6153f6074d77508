import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allocateBill, type AllocatedFee, type AllocatedLine, type AllocatedShare } from './allocations.ts';
import { chargeStep } from './currency.ts';

const PEOPLE = ['ada', 'ben', 'cem', 'dua', 'eve', 'fay'];
const CURRENCIES = ['eur', 'jpy', 'kwd', 'isk'];

/** A line shared in equal parts between these people. */
const even = (id: string, amount: number, ...people: string[]): AllocatedLine => ({
  id,
  amount,
  sharedBetween: people.map((participantId) => ({ participantId, weight: 1 })),
});
const amountsOf = (shares: readonly AllocatedShare[]) =>
  Object.fromEntries(shares.map(({ participantId, amount }) => [participantId, amount]));
const sum = (amounts: readonly number[]) => amounts.reduce((left, right) => left + right, 0);

const payers = fc.array(
  fc.record({ participantId: fc.constantFrom(...PEOPLE), weight: fc.integer({ min: 1, max: 9 }) }),
  { minLength: 1, maxLength: PEOPLE.length },
);
const bills = fc
  .record({
    currency: fc.constantFrom(...CURRENCIES),
    lines: fc.array(fc.record({ amount: fc.oneof(fc.nat(5), fc.nat(5000)), sharedBetween: payers }), {
      minLength: 1,
      maxLength: 12,
    }),
    fees: fc.array(
      fc.record(
        { amount: fc.integer({ min: -300, max: 800 }), sharedBetween: payers },
        { requiredKeys: ['amount'] },
      ),
      { maxLength: 3 },
    ),
  })
  .map(({ currency, lines, fees }) => {
    const step = chargeStep(currency);
    return {
      currency,
      lines: lines.map((line, index) => ({ ...line, id: `line-${index}`, amount: line.amount * step })),
      fees: fees.map((fee, index) => ({ ...fee, id: `fee-${index}`, amount: fee.amount * step })),
    };
  });
type Bill = { currency: string; lines: readonly AllocatedLine[]; fees: readonly AllocatedFee[] };

/** Each participant's unrounded part of each item, computed independently in floating point. */
function exactParts({ lines, fees }: Bill): Map<string, Map<string, number>> {
  const parts = new Map<string, Map<string, number>>();
  const add = (id: string, amount: number, weights: ReadonlyMap<string, number>) => {
    const all = sum([...weights.values()]);
    for (const [who, weight] of weights) {
      const own = parts.get(who) ?? new Map<string, number>();
      own.set(id, (amount * weight) / all);
      parts.set(who, own);
    }
  };
  const merge = (given: AllocatedLine['sharedBetween']) => {
    const weights = new Map<string, number>();
    for (const { participantId, weight } of given)
      weights.set(participantId, (weights.get(participantId) ?? 0) + weight);
    return weights;
  };
  for (const { id, amount, sharedBetween } of lines) add(id, amount, merge(sharedBetween));
  const goods = new Map([...parts].map(([who, own]) => [who, sum([...own.values()])]));
  for (const fee of fees) if (fee.sharedBetween) add(fee.id, fee.amount, merge(fee.sharedBetween));
  const cost = sum([...goods.values()]);
  const weights =
    cost > 0
      ? new Map([...goods].filter(([, part]) => part > 0))
      : new Map([...parts.keys()].map((who) => [who, 1]));
  for (const fee of fees) if (!fee.sharedBetween) add(fee.id, fee.amount, weights);
  return parts;
}

test('every line, fee and discount is paid exactly, and every share is exactly what it pays of them', () => {
  fc.assert(
    fc.property(bills, (bill) => {
      const shares = allocateBill(bill);
      const allocations = shares.flatMap((share) => share.allocations);
      for (const { id, amount } of [...bill.lines, ...bill.fees]) {
        expect(sum(allocations.filter(({ lineId }) => lineId === id).map((each) => each.amount))).toBe(
          amount,
        );
      }
      for (const share of shares) {
        expect(sum(share.allocations.map(({ amount }) => amount))).toBe(share.amount);
        for (const { amount } of share.allocations)
          expect(Math.abs(amount % chargeStep(bill.currency))).toBe(0);
      }
    }),
  );
});

test('nobody is a whole step away from her exact part: of the bill, of any line', () => {
  fc.assert(
    fc.property(bills, (bill) => {
      const step = chargeStep(bill.currency);
      const exact = exactParts(bill);
      const shares = allocateBill(bill);
      expect(new Set(shares.map(({ participantId }) => participantId))).toEqual(new Set(exact.keys()));
      for (const { participantId, amount, allocations } of shares) {
        const own = exact.get(participantId)!;
        expect(Math.abs(amount - sum([...own.values()]))).toBeLessThan(step - 1e-6);
        expect(allocations.map(({ lineId }) => lineId).toSorted()).toEqual([...own.keys()].toSorted());
        for (const each of allocations)
          expect(Math.abs(each.amount - own.get(each.lineId)!)).toBeLessThan(step - 1e-6);
      }
    }),
  );
});

test('no order changes anything: of lines, of fees, of those who share them', () => {
  const shuffled = <Item>(items: readonly Item[]) =>
    fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });
  fc.assert(
    fc.property(
      bills.chain((bill) =>
        fc.record({
          bill: fc.constant(bill),
          lines: shuffled(bill.lines),
          fees: shuffled(bill.fees),
          isTurned: fc.boolean(),
        }),
      ),
      ({ bill, lines, fees, isTurned }) => {
        const turn = <Item extends AllocatedFee>(item: Item): Item =>
          isTurned && item.sharedBetween ? { ...item, sharedBetween: item.sharedBetween.toReversed() } : item;
        const turned = { currency: bill.currency, lines: lines.map(turn), fees: fees.map(turn) };
        expect(allocateBill(turned)).toEqual(allocateBill(bill));
      },
    ),
  );
});

test('where all share all, sums are the largest remainders of the whole bill, ties by participant id', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(1000), { minLength: 1, maxLength: 30 }),
      fc.uniqueArray(
        fc.record({ participantId: fc.constantFrom(...PEOPLE), weight: fc.integer({ min: 1, max: 9 }) }),
        { selector: ({ participantId }) => participantId, minLength: 1 },
      ),
      (amounts, sharedBetween) => {
        const lines = amounts.map((amount, index) => ({ id: `line-${index}`, amount, sharedBetween }));
        const total = sum(amounts);
        const all = sum(sharedBetween.map(({ weight }) => weight));
        const down = sharedBetween.map(({ participantId, weight }) => ({
          participantId,
          amount: Math.floor((total * weight) / all),
          remainder: (total * weight) % all,
        }));
        const left = total - sum(down.map(({ amount }) => amount));
        const up = down
          .toSorted(
            (one, other) =>
              other.remainder - one.remainder || (one.participantId < other.participantId ? -1 : 1),
          )
          .slice(0, left);
        const expected = down.map((each) => [each.participantId, each.amount + (up.includes(each) ? 1 : 0)]);
        expect(amountsOf(allocateBill({ currency: 'eur', lines }))).toEqual(Object.fromEntries(expected));
      },
    ),
  );
});

test('a changed weight changes nobody’s part of the other lines by a unit or more', () => {
  const cake = (weight: number) => ({
    ...even('cake', 900, 'ada', 'ben', 'cem'),
    sharedBetween: [
      { participantId: 'ada', weight },
      { participantId: 'ben', weight: 1 },
      { participantId: 'cem', weight: 1 },
    ],
  });
  const tea = even('tea', 300, 'ada', 'ben', 'cem');
  const split = (weight: number) => amountsOf(allocateBill({ currency: 'eur', lines: [cake(weight), tea] }));
  expect(split(1)).toEqual({ ada: 400, ben: 400, cem: 400 });
  expect(split(2)).toEqual({ ada: 550, ben: 325, cem: 325 });
});

test.each<[string, AllocatedLine[], Record<string, number>]>([
  [
    'twenty lines of 1.00 between three',
    Array.from({ length: 20 }, (_, index) => even(`line-${index}`, 100, 'cem', 'ada', 'ben')),
    { ada: 667, ben: 667, cem: 666 },
  ],
  [
    '100.00 evenly between three',
    [even('a', 10_000, 'ada', 'ben', 'cem')],
    { ada: 3334, ben: 3333, cem: 3333 },
  ],
  [
    '0.02 evenly between four',
    [even('a', 2, 'ada', 'ben', 'cem', 'dua')],
    { ada: 1, ben: 1, cem: 0, dua: 0 },
  ],
  [
    '18.00 for four, of which 6.00 is one person’s own',
    [even('steak', 600, 'ada'), even('rest', 1200, 'ada', 'ben', 'cem', 'dua')],
    { ada: 900, ben: 300, cem: 300, dua: 300 },
  ],
  [
    'a cent of a line stays with those who share it, though others have as large a remainder',
    [even('b', 1, 'cem', 'dua'), even('a', 1, 'ada', 'ben')],
    { ada: 1, ben: 0, cem: 1, dua: 0 },
  ],
])('%s', (_what, lines, expected) => {
  expect(amountsOf(allocateBill({ currency: 'eur', lines }))).toEqual(expected);
});

test('amounts that people agreed on are the shares, and go over the lines in proportion', () => {
  const agreed = { ada: 11_010, ben: 20_974, cem: 10_487, dua: 8914, eve: 1049 };
  const total = sum(Object.values(agreed));
  const sharedBetween = Object.entries(agreed).map(([participantId, weight]) => ({ participantId, weight }));
  const lines = [total - 333, 332, 1].map((amount, index) => ({ id: String(index), amount, sharedBetween }));
  expect(amountsOf(allocateBill({ currency: 'eur', lines }))).toEqual(agreed);
});

test('fees and discounts go by what each pays of the lines, a tip to the one who gives it', () => {
  const lines = [even('steak', 3000, 'ada'), even('wine', 1500, 'ada', 'ben')];
  const fees = [
    { id: 'service', amount: 450 },
    { id: 'discount', amount: -900 },
    { ...even('tip', 200, 'ben') },
  ];
  expect(allocateBill({ currency: 'eur', lines, fees })).toEqual([
    {
      participantId: 'ada',
      amount: 3375,
      allocations: [
        { lineId: 'discount', amount: -750 },
        { lineId: 'service', amount: 375 },
        { lineId: 'steak', amount: 3000 },
        { lineId: 'wine', amount: 750 },
      ],
    },
    {
      participantId: 'ben',
      amount: 875,
      allocations: [
        { lineId: 'discount', amount: -150 },
        { lineId: 'service', amount: 75 },
        { lineId: 'tip', amount: 200 },
        { lineId: 'wine', amount: 750 },
      ],
    },
  ]);
});

test('a unit goes to the largest remainder that can have it: nobody who gets less could have had it', () => {
  fc.assert(
    fc.property(bills, (bill) => {
      const step = chargeStep(bill.currency);
      const exact = exactParts(bill);
      const shares = allocateBill(bill);
      const above = (share: AllocatedShare) => {
        const sums = sum([...exact.get(share.participantId)!.values()]) / step;
        const remainder = sums - Math.floor(sums + 1e-6);
        return { remainder, isUp: share.amount / step > sums - remainder + 0.5 };
      };
      // Whoever was rounded down passes a unit on to nobody with a smaller remainder of a line that both pay.
      const rests = new Map(shares.map((share) => [share.participantId, above(share)]));
      for (const down of shares.filter(({ participantId }) => !rests.get(participantId)!.isUp)) {
        for (const up of shares.filter(({ participantId }) => rests.get(participantId)!.isUp)) {
          const [less, more] = [rests.get(down.participantId)!, rests.get(up.participantId)!];
          if (less.remainder <= more.remainder + 1e-6) continue;
          for (const { lineId, amount } of down.allocations) {
            const other = up.allocations.find((each) => each.lineId === lineId);
            const [low, high] = [exact.get(down.participantId)!, exact.get(up.participantId)!];
            const couldRaise = amount + 1e-6 * step < low.get(lineId)!;
            const couldLower = other !== undefined && other.amount - 1e-6 * step > high.get(lineId)!;
            expect(couldRaise && couldLower).toBe(false);
          }
        }
      }
    }),
  );
});

test('fifty people and three hundred lines are split like any others, in each currency', () => {
  const people = Array.from({ length: 50 }, (_, index) => `p${String(index).padStart(2, '0')}`);
  const random = fc.record({
    currency: fc.constantFrom(...CURRENCIES),
    lines: fc.array(
      fc.tuple(fc.nat(3000), fc.subarray(people, { minLength: 1 }), fc.array(fc.nat(9), { minLength: 50 })),
      { minLength: 300, maxLength: 300 },
    ),
  });
  fc.assert(
    fc.property(random, ({ currency, lines: given }) => {
      const step = chargeStep(currency);
      const lines = given.map(([amount, sharing, weights], index) => ({
        id: `line-${index}`,
        amount: amount * step,
        sharedBetween: sharing.map((participantId, at) => ({ participantId, weight: 1 + weights[at]! })),
      }));
      const fees = [
        { id: 'service', amount: 12_345 * step },
        { id: 'discount', amount: -777 * step },
      ];
      const exact = exactParts({ currency, lines, fees });
      const shares = allocateBill({ currency, lines, fees });
      expect(sum(shares.map(({ amount }) => amount))).toBe(
        sum([...lines, ...fees].map((each) => each.amount)),
      );
      for (const { participantId, amount } of shares)
        expect(Math.abs(amount - sum([...exact.get(participantId)!.values()]))).toBeLessThan(step - 1e-5);
    }),
    { numRuns: 5 },
  );
});

test('weights as large as amounts of money are exact', () => {
  const sharedBetween = [
    { participantId: 'ada', weight: 99_999_999 },
    { participantId: 'ben', weight: 99_999_998 },
    { participantId: 'cem', weight: 1 },
  ];
  const lines = [99_999_999, 99_999_998, 1].map((amount, index) => ({
    id: `${index}`,
    amount,
    sharedBetween,
  }));
  expect(amountsOf(allocateBill({ currency: 'eur', lines }))).toEqual({
    ada: 99_999_999,
    ben: 99_999_998,
    cem: 1,
  });
});

test.each([
  ['a line that nobody pays for', { id: 'a', amount: 1, sharedBetween: [] }],
  ['weights that are all 0', { id: 'a', amount: 1, sharedBetween: [{ participantId: 'ada', weight: 0 }] }],
  ['a negative weight', { id: 'a', amount: 1, sharedBetween: [{ participantId: 'ada', weight: -1 }] }],
  ['a fractional amount', even('a', 0.5, 'ada')],
  ['an unsafe amount', even('a', 2 ** 53, 'ada')],
  [
    'an unsafe sum of weights',
    {
      ...even('a', 1),
      sharedBetween: ['ada', 'ben'].map((participantId) => ({
        participantId,
        weight: Number.MAX_SAFE_INTEGER,
      })),
    },
  ],
])('%s is refused', (_what, line) => {
  expect(() => allocateBill({ currency: 'eur', lines: [line] })).toThrow(RangeError);
  expect(() => allocateBill({ currency: 'kwd', lines: [even('a', 15, 'ada')] })).toThrow(RangeError);
});
