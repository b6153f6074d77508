import fc from 'fast-check';
import { expect, test } from 'vitest';
import { refundedQuantities } from './refunded-lines.ts';

const people = ['ada', 'ben', 'cleo'];
const coffee = { id: 'coffee', quantity: 3, sharedBetween: ['ada'] };
const platter = { id: 'platter', quantity: 1, sharedBetween: ['ada', 'ben'] };
const nobody = new Set<string>();

test('units of a line that went back count, in several refunds together', () => {
  const one = { participantId: 'ada', lines: [{ lineId: 'coffee', quantity: 1 }] };
  expect([...refundedQuantities([coffee], [one, one], nobody)]).toEqual([['coffee', 2]]);
});

test('an amount that went back is of no line, all that was left is of every one', () => {
  expect(refundedQuantities([coffee], [{ participantId: 'ada', lines: [] }], nobody).size).toBe(0);
  expect(refundedQuantities([coffee], [{ participantId: 'ada', lines: null }], nobody).get('coffee')).toBe(3);
  expect(refundedQuantities([coffee], [], new Set(['ada'])).get('coffee')).toBe(3);
});

test('what two pay for is made until both have their money back', () => {
  const ada = { participantId: 'ada', lines: null };
  expect(refundedQuantities([platter], [ada], nobody).size).toBe(0);
  expect(refundedQuantities([platter], [ada], new Set(['ben'])).get('platter')).toBe(1);
});

test('never more pieces than there are, whatever went back', () => {
  const line = fc.record({
    id: fc.constantFrom('a', 'b', 'c'),
    quantity: fc.integer({ min: 1, max: 5 }),
    sharedBetween: fc.subarray(people, { minLength: 1 }),
  });
  const refund = fc.record({
    participantId: fc.constantFrom(...people),
    lines: fc.option(
      fc.array(
        fc.record({ lineId: fc.constantFrom('a', 'b', 'c'), quantity: fc.integer({ min: 1, max: 5 }) }),
      ),
    ),
  });
  fc.assert(
    fc.property(
      fc.uniqueArray(line, { selector: ({ id }) => id }),
      fc.array(refund),
      fc.subarray(people),
      (lines, refunds, wholly) => {
        const back = refundedQuantities(lines, refunds, new Set(wholly));
        for (const { id, quantity, sharedBetween } of lines) {
          const units = back.get(id) ?? 0;
          expect(units).toBeGreaterThanOrEqual(0);
          expect(units).toBeLessThanOrEqual(quantity);
          if (sharedBetween.every((person) => wholly.includes(person))) expect(units).toBe(quantity);
        }
      },
    ),
  );
});
