import { expect, test } from 'vitest';
import { buildOrder } from './order-builder.ts';
import type { ListedRefund } from '#domain/contract/payments.ts';
import { readRefund, retryOf, type RefundDraft } from './refund-draft.ts';

const order = buildOrder(1);
const lineId = order.lines[0]!.id;
const share = order.shares[0]!;
const refund = (changes: Partial<ListedRefund>): ListedRefund => ({
  id: '0197a000-0000-7000-8000-000000009000',
  shareId: share.id,
  amount: 450,
  cause: 'requested',
  reason: 'Cold',
  status: 'succeeded',
  lines: [{ lineId, quantity: 1 }],
  restock: true,
  method: 'card',
  origin: 'staff',
  by: 'Grace',
  failureCode: null,
  isBesides: false,
  wasMade: true,
  createdAt: order.createdAt,
  ...changes,
});
const draft = (changes: Partial<RefundDraft>): RefundDraft => ({
  by: 'lines',
  shareId: '',
  quantities: { [lineId]: 1 },
  amount: '',
  reason: 'Cold',
  restock: false,
  ...changes,
});

test('asks for lines with what becomes of the products, or for an amount', () => {
  expect(readRefund(draft({ restock: true }), order, [])).toMatchObject({
    body: { lines: [{ lineId, quantity: 1 }], restock: true, reason: 'Cold' },
    amount: 450,
  });
  expect(readRefund(draft({ by: 'amount', amount: '2,50' }), order, [])).toEqual({
    body: { amount: 250, reason: 'Cold' },
    amount: 250,
    problems: {},
  });
});

test('says what is missing', () => {
  expect(readRefund(draft({ quantities: { [lineId]: 0 }, reason: ' ' }), order, []).problems).toEqual({
    lines: 'Choose what goes back',
    reason: 'Say why, for the customer and the books',
  });
  expect(readRefund(draft({ by: 'amount', amount: '' }), order, []).problems.amount).toMatch('Not an amount');
  expect(readRefund(draft({ by: 'amount', amount: '0' }), order, []).problems.amount).toMatch(
    'More than nothing',
  );
});

test('never asks for more than can still go back', () => {
  const returned = buildOrder(1, { refundedAmount: 600, shares: [{ ...share, refundedAmount: 600 }] });
  expect(readRefund(draft({}), returned, []).problems.lines).toBe('At most €3.00 can still go back');
  expect(readRefund(draft({ by: 'amount', amount: '3' }), returned, []).body).toBeDefined();
});

test('no unit goes back twice, and one that is on its way counts', () => {
  const wish = draft({ quantities: { [lineId]: 2 } });
  expect(readRefund(wish, order, [refund({ status: 'pending' })]).problems.lines).toBe(
    'Some of these went back already',
  );
  expect(readRefund(wish, order, [refund({ status: 'failed' })]).amount).toBe(900);
  expect(readRefund(draft({ by: 'all' }), order, [refund({ status: 'pending' })]).amount).toBe(450);
});

test('of several payers the share is named', () => {
  const second = { ...share, participantId: 'ben', id: '0197a000-0000-7000-8000-000000009001', amount: 100 };
  const shared = buildOrder(1, { shares: [share, second] });
  expect(readRefund(draft({ by: 'all', shareId: second.id }), shared, [])).toMatchObject({
    body: { shareId: second.id },
    amount: 100,
  });
});

test('a refund that failed is asked for again as it was; what is back on sale stays there', () => {
  expect(retryOf(refund({ wasMade: false }))).toMatchObject({
    lines: [{ lineId, quantity: 1 }],
    restock: true,
  });
  expect(retryOf(refund({}))).toMatchObject({ restock: false });
  expect(retryOf(refund({ lines: [] }))).toEqual({ shareId: share.id, reason: 'Cold', amount: 450 });
  expect(
    retryOf(refund({ lines: null, origin: 'order', cause: 'capture_failed', reason: null, restock: false })),
  ).toEqual({
    shareId: share.id,
    reason: 'the payment could not be captured',
    amount: 450,
  });
  expect(retryOf(refund({ lines: null, wasMade: false }))).toEqual({
    shareId: share.id,
    reason: 'Cold',
    restock: true,
  });
});
