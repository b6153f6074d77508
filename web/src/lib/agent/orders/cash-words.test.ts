import { expect, test } from 'vitest';
import type { ListedRefund } from '#domain/contract/payments.ts';
import type { EventReason, EventType } from '#domain/events.ts';
import { cashToReturnWords, givenBackWords } from './cash-words.ts';
import { buildOrder } from './order-builder.ts';

const order = buildOrder(1, { status: 'canceled' });
const refund = (changes: Partial<ListedRefund>): ListedRefund => ({
  id: '0197a000-0000-7000-8000-000000009000',
  shareId: order.shares[0]!.id,
  amount: 950,
  cause: 'canceled_by_host',
  reason: null,
  status: 'succeeded',
  lines: null,
  restock: false,
  method: 'cash',
  origin: 'order',
  by: null,
  failureCode: null,
  isBesides: false,
  wasMade: true,
  createdAt: order.createdAt,
  ...changes,
});

const event = (type: EventType, at: string, reason?: EventReason) => ({
  type,
  at,
  ...(reason && { reason }),
});
const placed = event('placed', order.createdAt);
const later = (minutes: number) => new Date(Date.parse(order.createdAt) + minutes * 60_000).toISOString();

test('staff read how much to hand out to whom, and why', () => {
  expect(cashToReturnWords(order, [refund({})], [placed])).toBe(
    'Hand out €9.50 to Ada in cash: the order has ended. It is in the books already.',
  );
  for (const status of ['confirmed', 'completed'] as const)
    expect(cashToReturnWords({ ...order, status }, [refund({ cause: 'changed' })], [placed])).toBe(
      'Hand out €9.50 to Ada in cash: something was taken off the order. It is in the books already.',
    );
});

test('what staff gave back themselves, and what goes to a card, is nothing to hand out', () => {
  const refunds = [refund({ origin: 'staff' }), refund({ method: 'card' })];
  expect(cashToReturnWords(order, refunds, [placed])).toBeUndefined();
});

test('what was handed out already is not handed out again', () => {
  const refunds = [refund({ createdAt: later(1) }), refund({ amount: 300, createdAt: later(5) })];
  const handedOut = event('attention_cleared', later(2), 'cash_to_return');
  const seenTo = event('attention_cleared', later(6), 'refund_failed');
  expect(cashToReturnWords(order, refunds, [placed, handedOut, seenTo])).toContain('Hand out €3.00 to Ada');
  expect(cashToReturnWords(order, refunds, [placed])).toContain('Hand out €9.50 to Ada, €3.00 to Ada');
  // Nobody reads an amount before it is known what was handed out.
  expect(cashToReturnWords(order, refunds, [])).toBeUndefined();
});

test('cash is handed out, a card is paid back', () => {
  expect(givenBackWords('€9.50', 'cash')).toBe('Hand out €9.50 in cash.');
  expect(givenBackWords('€9.50', 'card')).toBe('€9.50 is on its way back.');
});
