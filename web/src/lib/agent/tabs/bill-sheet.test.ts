import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OwedLine } from '#domain/contract/tab-payments.ts';
import { billOf, billsByPerson, evenParts } from './bill-sheet.ts';

const IDS = ['ada', 'ben', 'cleo'];
const parts = fc.tuple(fc.nat(2000), fc.nat(2000), fc.nat(2000));
const owed = fc
  .array(fc.record({ parts, taxRate: fc.constantFrom(1900, 700, 0), claimed: fc.nat(300) }), { maxLength: 8 })
  .map((all) =>
    all.map((each, index): OwedLine => {
      const due = IDS.map((participantId, at) => ({ participantId, amount: each.parts[at]! })).filter(
        ({ amount }) => amount > 0,
      );
      const openAmount = due.reduce((sum, { amount }) => sum + amount, 0);
      return {
        ...{ lineId: String(index), orderId: 'round', participantId: 'ada', name: 'Beer', options: [] },
        ...{ note: null, quantity: 1, unitAmount: openAmount, amount: openAmount + each.claimed },
        ...{ taxRate: each.taxRate, openAmount, due, claimed: [] },
      };
    }),
  );

test('the bill, its taxes, everybody’s parts and equal parts each come to what is open', () => {
  fc.assert(
    fc.property(owed, fc.integer({ min: 1, max: 12 }), (lines, of) => {
      const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
      const open = sum(lines.map(({ openAmount }) => openAmount));
      const bill = billOf({ owed: lines });
      const people = billsByPerson({
        owed: lines,
        participants: IDS.map((id) => ({ id })) as never,
      });
      const even = evenParts({ owed: lines, currency: 'eur' }, of);
      expect(bill.openAmount).toBe(open);
      expect(sum(bill.parts.map(({ amount }) => amount))).toBe(open);
      expect(sum(bill.taxes.map(({ grossAmount }) => grossAmount))).toBe(open);
      expect(sum(people.map(({ amount }) => amount))).toBe(open);
      expect(sum(even)).toBe(open);
      expect(Math.max(...even) - Math.min(...even)).toBeLessThanOrEqual(1);
      for (const { letter, line } of bill.parts)
        expect(bill.taxes.find((tax) => tax.letter === letter)?.rate).toBe(line.taxRate);
    }),
  );
});
