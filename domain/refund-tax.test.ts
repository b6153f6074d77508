import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allocateBill } from './allocations.ts';
import { summarizeTaxes } from './bill.ts';
import { includedTax } from './money.ts';
import { linesOfShare, priceRefund, type RefundWish } from './refund.ts';
import { splitRefunds } from './refund-tax.ts';

const beer = { id: 'beer', quantity: 2, amount: 1000, taxRate: 1900, sharedBetween: ['ada'] };
const soup = { id: 'soup', quantity: 1, amount: 500, taxRate: 700, sharedBetween: ['ada'] };
const orderOf = (lines: (typeof beer)[], currency = 'eur') => {
  const shares = allocateBill({
    currency,
    lines: lines.map((line) => ({
      ...line,
      sharedBetween: line.sharedBetween.map((participantId) => ({ participantId, weight: 1 })),
    })),
  });
  return {
    currency,
    lines,
    taxes: summarizeTaxes(lines),
    shares: shares.map((share) => ({ ...share, id: share.participantId, ownerId: null })),
  };
};
const order = orderOf([beer, soup]);
const refund = (amount: number, lines: { lineId: string; quantity: number }[] | null = []) => ({
  shareId: 'ada',
  amount,
  lines,
});
const sum = (amounts: readonly number[]) => amounts.reduce((left, right) => left + right, 0);

test('units of a line take the tax of their own rate off, and nothing else', () => {
  const { refunds, left } = splitRefunds(order, [refund(500, [{ lineId: 'beer', quantity: 1 }])]);
  expect(refunds).toEqual([
    { tipAmount: 0, taxes: [{ rate: 1900, netAmount: 420, taxAmount: 80, grossAmount: 500 }] },
  ]);
  expect(left).toEqual([
    { rate: 1900, netAmount: 420, taxAmount: 80, grossAmount: 500 },
    { rate: 700, netAmount: 467, taxAmount: 33, grossAmount: 500 },
  ]);
});

test('an amount comes off all rates in proportion, the odd unit where the remainder is largest', () => {
  const { refunds } = splitRefunds(order, [refund(100)]);
  expect(refunds[0]!.taxes.map(({ rate, grossAmount }) => [rate, grossAmount])).toEqual([
    [1900, 67],
    [700, 33],
  ]);
});

test('all that is left takes the tip along, which has no tax, and leaves nothing', () => {
  const line = refund(500, [{ lineId: 'soup', quantity: 1 }]);
  const { refunds, left } = splitRefunds(order, [line, refund(1200, null)]);
  expect(refunds[1]).toEqual({
    tipAmount: 200,
    taxes: [{ rate: 1900, netAmount: 840, taxAmount: 160, grossAmount: 1000 }],
  });
  expect(left).toEqual([]);
});

test('a line of which an amount went back before takes the rest off the other rates', () => {
  const { refunds, left } = splitRefunds(order, [
    refund(900),
    refund(500, [{ lineId: 'soup', quantity: 1 }]),
  ]);
  expect(refunds[1]!.taxes.map(({ rate, grossAmount }) => [rate, grossAmount])).toEqual([
    [1900, 300],
    [700, 200],
  ]);
  expect(left.map(({ grossAmount }) => grossAmount)).toEqual([100]);
});

test('whatever is refunded of whatever bill: per rate and in all, refunds and what is left are the bill to the last unit', () => {
  const people = ['ada', 'ben', 'cleo'];
  const lines = fc.array(
    fc.record({
      quantity: fc.integer({ min: 1, max: 4 }),
      unitAmount: fc.integer({ min: 1, max: 3000 }),
      taxRate: fc.constantFrom(0, 250, 700, 1000, 1900, 2550),
      sharedBetween: fc.subarray(people, { minLength: 1 }),
    }),
    { minLength: 1, maxLength: 6 },
  );
  const wishes = fc.array(
    fc.record({
      who: fc.nat(2),
      kind: fc.constantFrom('lines', 'amount', 'all'),
      line: fc.nat(5),
      quantity: fc.integer({ min: 1, max: 3 }),
      amount: fc.integer({ min: 1, max: 2000 }),
    }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(
      lines,
      wishes,
      fc.constantFrom('eur', 'jpy', 'kwd'),
      fc.nat(300),
      (drawn, wanted, currency, tip) => {
        const step = currency === 'kwd' ? 10 : 1;
        const tipAmount = tip * step;
        const paid = orderOf(
          drawn.map(({ unitAmount, ...line }, index) => ({
            ...line,
            id: String(index),
            amount: unitAmount * line.quantity * step,
          })),
          currency,
        );
        const rest = new Map(paid.shares.map(({ id, amount }) => [id, amount + tipAmount]));
        const returned = new Map(paid.shares.map(({ id }) => [id, new Map<string, number>()]));
        const made: Parameters<typeof splitRefunds>[1][number][] = [];
        for (const { who, kind, line, quantity, amount } of wanted) {
          const share = paid.shares[who % paid.shares.length]!;
          const shareId = share.id;
          const lineId = String(line % paid.lines.length);
          const wish: RefundWish =
            kind === 'lines'
              ? { lines: [{ lineId, quantity }] }
              : kind === 'amount'
                ? { amount: amount * step }
                : {};
          const ground = {
            currency,
            lines: linesOfShare(paid.lines, share),
            returned: returned.get(shareId)!,
            refundableAmount: rest.get(shareId)!,
          };
          const priced = priceRefund(wish, ground);
          if (!('amount' in priced)) continue;
          rest.set(shareId, rest.get(shareId)! - priced.amount);
          if (wish.lines) ground.returned.set(lineId, (ground.returned.get(lineId) ?? 0) + quantity);
          made.push({ shareId, amount: priced.amount, lines: wish.lines ?? (kind === 'all' ? null : []) });
        }

        const { refunds, left } = splitRefunds(paid, made);
        refunds.forEach(({ tipAmount: tipBack, taxes }, index) => {
          expect(sum(taxes.map(({ grossAmount }) => grossAmount)) + tipBack).toBe(made[index]!.amount);
          for (const tax of taxes) {
            const share = paid.shares.find(({ id }) => id === made[index]!.shareId)!;
            const own = linesOfShare(paid.lines, share).filter(({ taxRate }) => taxRate === tax.rate);
            expect(tax.grossAmount).toBeLessThanOrEqual(sum(own.map((line) => line.amount)));
            expect(tax.netAmount).toBeGreaterThanOrEqual(0);
            expect(tax.taxAmount).toBeGreaterThanOrEqual(0);
          }
        });
        const tipsBack = sum(refunds.map((split) => split.tipAmount));
        expect(
          sum(left.map(({ grossAmount }) => grossAmount)) + tipAmount * paid.shares.length - tipsBack,
        ).toBe(sum([...rest.values()]));
        for (const { rate, grossAmount, taxAmount } of paid.taxes) {
          const all = [...refunds.flatMap(({ taxes }) => taxes), ...left].filter((tax) => tax.rate === rate);
          expect(sum(all.map((tax) => tax.grossAmount))).toBe(grossAmount);
          expect(sum(all.map((tax) => tax.taxAmount))).toBe(taxAmount);
          for (const tax of all) expect(tax.netAmount + tax.taxAmount).toBe(tax.grossAmount);
        }
        for (const tax of left) expect(tax.taxAmount).toBe(includedTax(tax.grossAmount, tax.rate));
      },
    ),
  );
});
