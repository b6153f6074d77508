import { expect, test } from 'vitest';
import { anOrder } from './an-order.ts';
import { hasReceipt, rateText, taxRows } from './receipt.ts';

test('every rate has a letter, and net and tax are its gross to the last unit', () => {
  const rows = taxRows({
    taxes: [
      { rate: 1900, grossAmount: 1000, taxAmount: 160 },
      { rate: 700, grossAmount: 333, taxAmount: 22 },
    ],
  });
  expect(rows).toEqual([
    { letter: 'A', rate: 1900, netAmount: 840, taxAmount: 160, grossAmount: 1000 },
    { letter: 'B', rate: 700, netAmount: 311, taxAmount: 22, grossAmount: 333 },
  ]);
});

test('rates are written without needless zeros', () => {
  expect([1900, 750, 0, 1025].map(rateText)).toEqual(['19%', '7.5%', '0%', '10.25%']);
});

test('an order that was never confirmed has no receipt', () => {
  expect(hasReceipt(anOrder())).toBe(false);
  expect(hasReceipt(anOrder({ confirmedAt: '2026-11-23T12:01:00.000Z', status: 'canceled' }))).toBe(true);
});
