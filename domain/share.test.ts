import { expect, test } from 'vitest';
import { canPay, paymentStatusOf, SHARE_STATUSES, type ShareStatus } from './share.ts';

const of = (...statuses: ShareStatus[]) => paymentStatusOf(statuses.map((status) => ({ status })));

test.each<[string, ShareStatus[]]>([
  ['unpaid', []],
  ['unpaid', ['due']],
  ['unpaid', ['processing', 'requires_action', 'voided']],
  ['partly_authorized', ['authorized', 'due']],
  ['authorized', ['authorized', 'authorized']],
  ['authorized', ['captured', 'authorized']],
  ['partly_authorized', ['captured', 'due']],
  ['paid', ['captured', 'captured']],
  ['partly_refunded', ['captured', 'refunded']],
  ['partly_refunded', ['partly_refunded']],
  ['refunded', ['refunded', 'refunded']],
])('an order is %s when its shares are %j', (expected, statuses) => {
  expect(of(...statuses)).toBe(expected);
});

test('a share can be paid only while nothing is under way and nothing is authorized', () => {
  expect(SHARE_STATUSES.filter(canPay)).toEqual(['due', 'requires_action']);
});
