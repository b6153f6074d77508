import { expect, test } from 'vitest';
import type { ListedRefund } from '#domain/contract/payments.ts';
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

test('staff read how much to hand out to whom', () => {
  expect(cashToReturnWords(order, [refund({})])).toBe(
    'Hand out €9.50 to Ada in cash: the order has ended. It is in the books already.',
  );
});

test('what staff gave back themselves, and what goes to a card, is nothing to hand out', () => {
  expect(cashToReturnWords(order, [refund({ origin: 'staff' }), refund({ method: 'card' })])).toBeUndefined();
});

test('cash is handed out, a card is paid back', () => {
  expect(givenBackWords('€9.50', 'cash')).toBe('Hand out €9.50 in cash.');
  expect(givenBackWords('€9.50', 'card')).toBe('€9.50 is on its way back.');
});
