import { describe, expect, test } from 'vitest';
import {
  compareBookings,
  compareDispute,
  compareOrder,
  describeStray,
  type BookedPayment,
} from './compare-ledger.ts';
import { mendOf } from './reconciliation.ts';

const HOUR = 3_600_000;
const NOW = 24 * HOUR;

const booked = (facts: Partial<BookedPayment> = {}): BookedPayment => ({
  id: 'payment',
  orderId: 'order',
  intentId: 'pi_1',
  currency: 'eur',
  orderStatus: 'completed',
  movedAt: 0,
  keptAmount: 500,
  heldAmount: 0,
  bookedKeptAmount: 500,
  bookedEarnedAmount: 500,
  bookedHeldAmount: 0,
  bookedFeeAmount: 33,
  stripeFeeAmount: 33,
  ...facts,
});

describe('the bookings of a payment', () => {
  test.each<[string, Partial<BookedPayment>]>([
    ['they say what the payment says', {}],
    [
      'nothing was ever taken',
      {
        keptAmount: 0,
        bookedKeptAmount: 0,
        bookedEarnedAmount: 0,
        bookedFeeAmount: null,
        stripeFeeAmount: null,
      },
    ],
    ['its order is being captured', { orderStatus: 'capturing', bookedKeptAmount: 0 }],
    ['it moved just now', { movedAt: NOW + 1, bookedKeptAmount: 0 }],
    ['its fee is not booked yet', { movedAt: NOW - 60_000, bookedFeeAmount: null }],
    ['Stripe does not know its fee', { stripeFeeAmount: null, bookedFeeAmount: null }],
  ])('are right when %s', (_, facts) => {
    expect(compareBookings(booked(facts), NOW)).toBeUndefined();
  });

  test.each<[string, Partial<BookedPayment>, object, number]>([
    [
      'the capture is missing',
      { bookedKeptAmount: 0, bookedEarnedAmount: 0 },
      { ledgerPart: 'money', ourAmount: 500, ledgerAmount: 0 },
      500,
    ],
    [
      'a refund is missing',
      { keptAmount: 300 },
      { ledgerPart: 'money', ourAmount: 300, ledgerAmount: 500 },
      200,
    ],
    [
      'it earned something else',
      { bookedEarnedAmount: 450 },
      { ledgerPart: 'money', ourAmount: 500, ledgerAmount: 450 },
      50,
    ],
    [
      'a memo was left',
      { bookedHeldAmount: 500 },
      { ledgerPart: 'memo', ourAmount: 0, ledgerAmount: 500 },
      500,
    ],
    [
      'the fee is another',
      { bookedFeeAmount: 30 },
      { ledgerPart: 'fee', stripeAmount: 33, ledgerAmount: 30 },
      3,
    ],
    [
      'the fee was forgotten',
      { bookedFeeAmount: null, movedAt: NOW - HOUR },
      { ledgerPart: 'fee', stripeAmount: 33, ledgerAmount: 0 },
      33,
    ],
  ])('are told of when %s', (_, facts, details, amount) => {
    const found = compareBookings(booked(facts), NOW)!;
    expect(found).toMatchObject({ kind: 'ledger_differs', subject: 'payment', amount, details });
    expect(mendOf(found.kind, found.details)).toBe('correct');
  });
});

test('an order costs what its payments took', () => {
  const order = { id: 'order', status: 'ready', currency: 'eur', totalAmount: 900 } as const;
  expect(compareOrder({ ...order, paidAmount: 900 })).toBeUndefined();
  const less = compareOrder({ ...order, paidAmount: 400 })!;
  expect(less).toMatchObject({ kind: 'order_without_money', amount: 500 });
  expect(mendOf(less.kind, less.details)).toBeUndefined();
  const more = compareOrder({ ...order, paidAmount: 1000 })!;
  expect(more).toMatchObject({ kind: 'amount_differs', amount: 100 });
  expect(mendOf(more.kind, more.details)).toBeUndefined();
});

test('a dispute took what is booked of it', () => {
  const dispute = {
    id: 'dp_1',
    intentId: 'pi_1',
    paymentId: 'payment',
    orderId: 'order',
    orderStatus: 'completed',
    currency: 'eur',
    movedAmount: -520,
  } as const;
  expect(compareDispute({ ...dispute, bookedAmount: -520 })).toBeUndefined();
  expect(compareDispute({ ...dispute, bookedAmount: 0 })).toMatchObject({
    kind: 'ledger_differs',
    subject: 'dp_1',
    amount: 520,
    details: { ledgerPart: 'dispute', stripeAmount: -520, ledgerAmount: 0 },
  });
});

test('a booking of nothing that is there is a difference', () => {
  const stray = {
    referenceId: 'gone',
    orderId: 'order',
    currency: 'eur',
    orderStatus: 'ready',
    amount: 500,
  } as const;
  expect(describeStray(stray)).toMatchObject({ kind: 'ledger_differs', subject: 'gone', amount: 500 });
});

test('a workflow that fails goes on from its record, where it has one', () => {
  expect(mendOf('failing_workflow', { workflowId: 'order-1', orderStatus: 'capturing' })).toBe('resume');
  expect(mendOf('failing_workflow', { workflowId: 'refund-1', orderStatus: 'ready', refundId: '1' })).toBe(
    'resume',
  );
  expect(mendOf('failing_workflow', { workflowId: 'tab-1', tabId: '1' })).toBe('resume');
  expect(mendOf('failing_workflow', { workflowId: 'aftercare-evt_1' })).toBeUndefined();
});
