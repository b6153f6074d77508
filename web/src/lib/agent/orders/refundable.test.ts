import { expect, test } from 'vitest';
import { buildOrder } from './order-builder.ts';
import type { ListedRefund } from '#domain/contract/payments.ts';
import {
  authorizedAmount,
  capturedShares,
  cashAmount,
  paymentsLeft,
  refundableAmount,
  refundGround,
} from './refundable.ts';

const [share] = buildOrder(1).shares;

test('what can go back is what was captured, tip included, less what went back', () => {
  const order = buildOrder(1, {
    refundedAmount: 300,
    shares: [{ ...share!, tipAmount: 100, refundedAmount: 300, status: 'partly_refunded' }],
  });
  expect(refundableAmount(order)).toBe(700);
});

test('what goes back of money that came in besides takes nothing off what can', () => {
  const order = buildOrder(1);
  const pending = { shareId: share!.id, amount: 200, status: 'pending', lines: [] } as const;
  const leftOf = (isBesides: boolean) =>
    refundGround(order, { ...share!, status: 'captured' }, [
      { ...pending, isBesides } as unknown as ListedRefund,
    ]).refundableAmount;
  expect([leftOf(true), leftOf(false)]).toEqual([900, 700]);
});

test('what somebody has paid in several payments is one sum, with what is left of each', () => {
  const [line] = buildOrder(1).lines;
  const part = (id: string, amount: number, refundedAmount = 0) => ({
    ...{ ...share!, id, amount, refundedAmount, status: 'captured' as const },
    allocations: [{ lineId: line!.id, amount }],
  });
  const bens = { ...part('bens', 100), participantId: 'ben' };
  const order = buildOrder(1, { shares: [part('first', 600, 500), part('second', 300), bens] });
  const [ada, ben] = capturedShares(order);
  const pending = { shareId: 'second', amount: 50, status: 'pending', lines: [], isBesides: false };
  const refunds = [pending as unknown as ListedRefund];
  expect([ada!.id, ada!.amount, ben!.id]).toEqual(['first', 900, 'bens']);
  expect(refundGround(order, ada!, refunds)).toMatchObject({
    refundableAmount: 350,
    lines: [{ amount: 900 }],
  });
  expect(paymentsLeft(order, ada!, refunds).map(({ amount }) => amount)).toEqual([100, 250]);
  expect(paymentsLeft(order, ben!, refunds)).toEqual([]);
});

test('nothing can go back of an order that was only authorized', () => {
  const order = buildOrder(1, { status: 'awaiting_payment', shares: [{ ...share!, status: 'authorized' }] });
  expect(refundableAmount(order)).toBe(0);
  expect(authorizedAmount(order)).toBe(900);
});

test('cash is in the till as soon as it is recorded, until it is handed out', () => {
  const inCash = { ...share!, method: 'cash', tipAmount: 50 } as const;
  const amountOf = (changes: Partial<typeof share & object>) =>
    cashAmount(buildOrder(1, { shares: [{ ...inCash, ...changes }, share!] }));
  expect(amountOf({ status: 'authorized' })).toBe(950);
  expect(amountOf({ status: 'partly_refunded', refundedAmount: 300 })).toBe(650);
  expect(authorizedAmount(buildOrder(1, { shares: [{ ...inCash, status: 'authorized' }] }))).toBe(0);
});

test('nothing can go back of a payment that its bank has taken back, or lost to it', () => {
  const disputed = (dispute: 'inquiry' | 'open' | 'won' | 'lost') =>
    buildOrder(1, { shares: [{ ...share!, dispute }] });
  expect(refundableAmount(disputed('open'))).toBe(0);
  expect(refundableAmount(disputed('lost'))).toBe(0);
  expect(refundableAmount(disputed('won'))).toBe(900);
  expect(refundableAmount(disputed('inquiry'))).toBe(900);
});
