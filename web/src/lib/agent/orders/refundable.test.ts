import { expect, test } from 'vitest';
import { buildOrder } from './order-builder.ts';
import { authorizedAmount, capturedAmount, refundableAmount } from './refundable.ts';

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
