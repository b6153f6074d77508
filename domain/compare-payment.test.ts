import { describe, expect, test } from 'vitest';
import {
  compareIntent,
  compareUnknownToStripe,
  type IntentFacts,
  type PaymentFacts,
} from './compare-payment.ts';
import { mendOf } from './reconciliation.ts';

const NOW = 1_000_000;

const intent = (facts: Partial<IntentFacts> = {}): IntentFacts => ({
  id: 'pi_1',
  status: 'succeeded',
  amount: 500,
  currency: 'eur',
  receivedAmount: 500,
  refundedAmount: 0,
  createdAt: 0,
  orderId: 'order',
  paymentId: 'payment',
  ...facts,
});

const payment = (facts: Partial<PaymentFacts> = {}): PaymentFacts => ({
  id: 'payment',
  orderId: 'order',
  intentId: 'pi_1',
  status: 'captured',
  amount: 500,
  currency: 'eur',
  capturedAmount: 500,
  reservedAmount: 0,
  refundedAmount: 0,
  orderStatus: 'completed',
  movedAt: 0,
  ...facts,
});

const open = { receivedAmount: 0, status: 'requires_capture' };
const canceled = { receivedAmount: 0, status: 'canceled' };
const voided = { status: 'canceled', capturedAmount: 0, orderStatus: 'expired' } as const;

function judge(at: Partial<IntentFacts>, with_: Partial<PaymentFacts> | undefined, settledBefore = NOW) {
  const found = compareIntent(intent(at), with_ && payment(with_), settledBefore);
  return found && { kind: found.kind, mend: mendOf(found.kind, found.details) };
}

describe('a PaymentIntent that is ours', () => {
  test.each<[string, Partial<IntentFacts>, Partial<PaymentFacts>]>([
    ['captured and served', {}, {}],
    ['given back in part', { refundedAmount: 200 }, { reservedAmount: 200, refundedAmount: 200 }],
    ['given back, which its bank has not said yet', { refundedAmount: 200 }, { reservedAmount: 200 }],
    ['about to be given back', {}, { reservedAmount: 200 }],
    [
      'canceled and given back',
      { refundedAmount: 500 },
      { reservedAmount: 500, refundedAmount: 500, orderStatus: 'canceled' },
    ],
    ['canceled, its refund on its way', {}, { reservedAmount: 500, orderStatus: 'canceled' }],
    ['voided at the end of its order', canceled, voided],
    ['declined, and given up', canceled, { ...voided, status: 'declined' }],
    [
      'authorized while its order is captured',
      open,
      { status: 'authorized', capturedAmount: 0, orderStatus: 'capturing' },
    ],
    [
      'captured a moment before our record says so',
      {},
      { status: 'authorized', capturedAmount: 0, orderStatus: 'capturing' },
    ],
    [
      'waiting for its payer',
      { ...open, status: 'requires_action' },
      { status: 'requires_action', capturedAmount: 0, orderStatus: 'awaiting_payment' },
    ],
  ])('is as it should be when %s', (_, at, with_) => {
    expect(judge(at, with_)).toBeUndefined();
  });

  test.each<[string, Partial<IntentFacts>, Partial<PaymentFacts>, object]>([
    ['money of an order that expired', {}, { ...voided }, { kind: 'money_without_order', mend: 'refund' }],
    [
      'money kept of a canceled order',
      {},
      { orderStatus: 'canceled' },
      { kind: 'money_without_order', mend: 'refund' },
    ],
    [
      'a canceled order given back in part',
      { refundedAmount: 300 },
      { orderStatus: 'canceled', reservedAmount: 300, refundedAmount: 300 },
      { kind: 'money_without_order', mend: 'refund' },
    ],
    ['an authorization of an ended order', open, voided, { kind: 'open_authorization', mend: 'void' }],
    [
      'an authorization in whose place another payment paid',
      open,
      { status: 'requires_action', capturedAmount: 0 },
      { kind: 'open_authorization', mend: 'void' },
    ],
    [
      'money in whose place another payment paid',
      {},
      { status: 'declined', capturedAmount: 0 },
      { kind: 'money_without_order', mend: 'refund' },
    ],
    [
      'a served order whose payment is authorized by our record, too',
      open,
      { status: 'authorized', capturedAmount: 0 },
      { kind: 'order_without_money', mend: 'capture' },
    ],
    ['a served order that was not captured', open, {}, { kind: 'order_without_money', mend: 'capture' }],
    [
      'a served order whose payment was canceled',
      canceled,
      {},
      { kind: 'order_without_money', mend: undefined },
    ],
    [
      'a refund we know nothing of',
      { refundedAmount: 200 },
      {},
      { kind: 'amount_differs', mend: 'read_back' },
    ],
    [
      'a refund Stripe knows nothing of',
      {},
      { reservedAmount: 200, refundedAmount: 200 },
      { kind: 'amount_differs', mend: 'read_back' },
    ],
    ['less than we think', { receivedAmount: 400 }, {}, { kind: 'amount_differs', mend: 'read_back' }],
    [
      'captured, and not by our record',
      {},
      { status: 'authorized', capturedAmount: 0, orderStatus: 'ready' },
      { kind: 'amount_differs', mend: 'read_back' },
    ],
    ['another currency', { currency: 'usd' }, {}, { kind: 'amount_differs', mend: 'read_back' }],
  ])('is told of: %s', (_, at, with_, expected) => {
    expect(judge(at, with_)).toEqual(expected);
  });

  test('is not judged while it moves', () => {
    expect(judge({}, { orderStatus: 'canceled', movedAt: NOW + 1 })).toBeUndefined();
  });
});

describe('a PaymentIntent that names an order, and no payment names it', () => {
  test.each([
    ['succeeded', 500, { kind: 'money_without_order', mend: 'refund' }],
    ['requires_capture', 0, { kind: 'open_authorization', mend: 'void' }],
    ['requires_payment_method', 0, { kind: 'orphaned_intent', mend: 'void' }],
    ['requires_action', 0, { kind: 'orphaned_intent', mend: 'void' }],
    ['canceled', 0, undefined],
  ])('that is %s', (status, receivedAmount, expected) => {
    expect(judge({ status, receivedAmount }, undefined)).toEqual(expected);
  });

  test('is nobody’s business when it is not of ours, or gave all back, or is new', () => {
    expect(compareIntent(intent({ orderId: undefined }), undefined, NOW)).toBeUndefined();
    expect(judge({ refundedAmount: 500 }, undefined)).toBeUndefined();
    expect(judge({ createdAt: NOW + 1 }, undefined)).toBeUndefined();
  });
});

test('a payment that Stripe does not know is told of when its order is paid for', () => {
  expect(compareUnknownToStripe(payment(), NOW)).toMatchObject({
    kind: 'order_without_money',
    details: { intentStatus: 'missing' },
  });
  expect(compareUnknownToStripe(payment(voided), NOW)).toBeUndefined();
  expect(compareUnknownToStripe(payment({ movedAt: NOW + 1 }), NOW)).toBeUndefined();
});
