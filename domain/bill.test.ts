import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fixBill, summarizeTaxes } from './bill.ts';

const people = ['ada', 'ben', 'cem', 'dua'];
const line = fc.record({
  amount: fc.integer({ min: 0, max: 100_000 }),
  taxRate: fc.constantFrom(0, 700, 1900),
  sharedBetween: fc.subarray(people, { minLength: 1 }),
});
const lines = fc.array(line, { maxLength: 30 });

const sum = (amounts: readonly number[]) => amounts.reduce((left, right) => left + right, 0);

test('shares sum to the bill exactly, and the bill to its lines', () => {
  fc.assert(
    fc.property(lines, (given) => {
      const bill = fixBill(given, 'eur');
      expect(bill.totalAmount).toBe(sum(given.map(({ amount }) => amount)));
      expect(sum(bill.shares.map(({ amount }) => amount))).toBe(bill.totalAmount);
    }),
  );
});

test('a share differs from its exact part by less than one minor unit per line', () => {
  fc.assert(
    fc.property(lines, (given) => {
      for (const { participantId, amount } of fixBill(given, 'eur').shares) {
        const own = given.filter(({ sharedBetween }) => sharedBetween.includes(participantId));
        const exact = sum(own.map((each) => each.amount / each.sharedBetween.length));
        expect(Math.abs(amount - exact)).toBeLessThan(own.length + 1e-6);
      }
    }),
  );
});

test('everybody a line is shared between has one share, and nobody else', () => {
  fc.assert(
    fc.property(lines, (given) => {
      const named = new Set(given.flatMap(({ sharedBetween }) => sharedBetween));
      const payers = fixBill(given, 'eur').shares.map(({ participantId }) => participantId);
      expect(new Set(payers)).toEqual(named);
      expect(payers.length).toBe(named.size);
    }),
  );
});

test('a bill of one payer is one share of all of it', () => {
  expect(
    fixBill(
      [
        { amount: 390, taxRate: 1900, sharedBetween: ['ada'] },
        { amount: 450, taxRate: 700, sharedBetween: ['ada'] },
      ],
      'eur',
    ),
  ).toEqual({
    totalAmount: 840,
    taxes: [
      { rate: 1900, grossAmount: 390, taxAmount: 62 },
      { rate: 700, grossAmount: 450, taxAmount: 29 },
    ],
    shares: [{ participantId: 'ada', amount: 840 }],
  });
});

test('the odd cent of a shared line is the first one’s', () => {
  expect(fixBill([{ amount: 1000, taxRate: 0, sharedBetween: ['ada', 'ben', 'cem'] }], 'eur').shares).toEqual(
    [
      { participantId: 'ada', amount: 334 },
      { participantId: 'ben', amount: 333 },
      { participantId: 'cem', amount: 333 },
    ],
  );
});

test('shares of a three-decimal currency end in 0, as Stripe wants it', () => {
  const bill = fixBill([{ amount: 1250, taxRate: 0, sharedBetween: ['ada', 'ben', 'cem'] }], 'kwd');
  expect(bill.shares.map(({ amount }) => amount)).toEqual([420, 420, 410]);
});

test('tax is rounded once per rate, not per line', () => {
  // 62.27 cents each: three lines rounded one by one would say 186.
  const lines = Array.from({ length: 3 }, () => ({ amount: 390, taxRate: 1900 }));
  expect(summarizeTaxes(lines)).toEqual([{ rate: 1900, grossAmount: 1170, taxAmount: 187 }]);
});

test('gross amounts per rate sum to the bill', () => {
  fc.assert(
    fc.property(lines, (given) => {
      const bill = fixBill(given, 'eur');
      expect(sum(bill.taxes.map(({ grossAmount }) => grossAmount))).toBe(bill.totalAmount);
    }),
  );
});
