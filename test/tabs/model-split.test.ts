import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitBill } from '../../domain/split.ts';
import { amountOf, splitBetween, type ModelLine, type ModelSplit } from './model-split.ts';

const PEOPLE = ['ada', 'ben', 'cleo', 'dan', 'eve'];

const lines = fc
  .array(
    fc.record({
      unitAmount: fc.constantFrom(1, 199, 335, 1000),
      quantity: fc.integer({ min: 1, max: 4 }),
      weights: fc.array(fc.nat(4), { minLength: PEOPLE.length, maxLength: PEOPLE.length }),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((all) =>
    all.map(({ unitAmount, quantity, weights }, index): ModelLine => {
      const sharers = PEOPLE.flatMap((id, at) => (weights[at]! > 0 ? [[id, weights[at]!] as const] : []));
      return {
        ...{ id: `line ${index}`, version: 1, owner: 'ada', variant: 'tea', note: null },
        ...{ unitAmount, quantity, sharers: new Map(sharers.length > 0 ? sharers : [['ada', 1]]) },
      };
    }),
  );
const person = fc.constantFrom(...PEOPLE);
const people = fc.uniqueArray(person, { minLength: 1 });
const split: fc.Arbitrary<ModelSplit> = fc.oneof(
  fc.constant<ModelSplit>({ kind: 'own' }),
  fc.record({ kind: fc.constant('even' as const), participantIds: people }),
  fc.record({ kind: fc.constant('even' as const), except: fc.constant<string[]>(['line 0']) }),
  fc.record({ kind: fc.constant('treat' as const), payerId: person, participantIds: people }),
  fc.integer({ min: 1, max: 9_999 }).map((part): ModelSplit => {
    const percents = [part, 10_000 - part].map((basisPoints, at) => ({
      participantId: PEOPLE[at]!,
      basisPoints,
    }));
    return { kind: 'custom', percents };
  }),
);

test('the model splits as the product does, though it was written on its own', () => {
  fc.assert(
    fc.property(lines, split, (basket, how) => {
      const result = splitBill({
        currency: 'eur',
        participantIds: PEOPLE,
        split: how,
        lines: basket.map((line) => ({
          id: line.id,
          amount: amountOf(line),
          sharedBetween: [...line.sharers].map(([participantId, weight]) => ({ participantId, weight })),
        })),
      });
      fc.pre(result.ok);
      const paid = new Map(result.shares.map(({ participantId, amount }) => [participantId, amount]));
      expect(splitBetween(PEOPLE, basket, how)).toEqual(paid);
    }),
    { numRuns: 300 },
  );
});
