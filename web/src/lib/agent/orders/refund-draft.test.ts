import { expect, test } from 'vitest';
import { buildOrder } from './order-builder.ts';
import { readRefund, type RefundDraft } from './refund-draft.ts';

const order = buildOrder(1);
const lineId = order.lines[0]!.id;
const draft = (changes: Partial<RefundDraft>): RefundDraft => ({
  by: 'lines',
  quantities: { [lineId]: 1 },
  amount: '',
  reason: 'Cold',
  restock: false,
  ...changes,
});

test('asks for lines with what becomes of the products, or for an amount', () => {
  expect(readRefund(draft({ restock: true }), order)).toMatchObject({
    body: { lines: [{ lineId, quantity: 1 }], restock: true, reason: 'Cold' },
    amount: 450,
  });
  expect(readRefund(draft({ by: 'amount', amount: '2,50' }), order)).toEqual({
    body: { amount: 250, reason: 'Cold' },
    amount: 250,
    problems: {},
  });
});

test('says what is missing', () => {
  expect(readRefund(draft({ quantities: { [lineId]: 0 }, reason: ' ' }), order).problems).toEqual({
    lines: 'Choose what goes back',
    reason: 'Say why, for the customer and the books',
  });
  expect(readRefund(draft({ by: 'amount', amount: '' }), order).problems.amount).toMatch('Not an amount');
  expect(readRefund(draft({ by: 'amount', amount: '0' }), order).problems.amount).toMatch(
    'More than nothing',
  );
});

test('never asks for more than can still go back', () => {
  const returned = buildOrder(1, { refundedAmount: 600 });
  expect(readRefund(draft({}), returned).problems.lines).toBe('At most €3.00 can still go back');
  expect(readRefund(draft({ by: 'amount', amount: '3' }), returned).body).toBeDefined();
});
