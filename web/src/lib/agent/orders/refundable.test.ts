import { expect, test } from 'vitest';
import { buildOrder } from './order-builder.ts';
import { authorizedAmount, capturedAmount, linesAmount, refundableAmount } from './refundable.ts';

const [share] = buildOrder(1).shares;

test('what can go back is what was captured, tip included, less what went back', () => {
  const order = buildOrder(1, {
    refundedAmount: 300,
    shares: [{ ...share!, tipAmount: 100, refundedAmount: 300, status: 'partly_refunded' }],
  });
  expect(capturedAmount(order)).toBe(1000);
  expect(refundableAmount(order)).toBe(700);
});

test('nothing can go back of an order that was only authorized', () => {
  const order = buildOrder(1, { status: 'awaiting_payment', shares: [{ ...share!, status: 'authorized' }] });
  expect(refundableAmount(order)).toBe(0);
  expect(authorizedAmount(order)).toBe(900);
});

test('chosen lines are worth their unit price each', () => {
  const order = buildOrder(1);
  expect(linesAmount(order, new Map([[order.lines[0]!.id, 1]]))).toBe(450);
  expect(linesAmount(order, new Map())).toBe(0);
});
