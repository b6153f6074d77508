import { expect, test } from 'vitest';
import { PAYMENT_STATES } from './payment.ts';
import {
  canPay,
  paymentStatusOf,
  SHARE_STATUSES,
  SHARE_TRANSITIONS,
  type ShareStatus,
  type ShareTransition,
} from './share.ts';

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

const rows: readonly ShareTransition[] = SHARE_TRANSITIONS;

test('the table reaches every status of a share and of a payment, and begins with neither', () => {
  const shares = new Set<ShareStatus | null>([null]);
  const payments = new Set<string | null>([null]);
  for (let before = -1; before !== shares.size + payments.size;) {
    before = shares.size + payments.size;
    for (const { from, to, payment } of rows) {
      if (!from.some((status) => shares.has(status))) continue;
      if (payment !== 'none' && !payment.from.some((state) => payments.has(state))) continue;
      if (to !== 'unchanged') shares.add(to);
      if (payment !== 'none') payments.add(payment.to);
    }
  }
  expect(shares).toEqual(new Set([null, ...SHARE_STATUSES]));
  expect(payments).toEqual(new Set([null, ...PAYMENT_STATES]));
});

test('each question has one row at most', () => {
  const questions = rows.flatMap(({ action, by, from, to, payment }) =>
    by.flatMap((mover) =>
      from.flatMap((status) =>
        (payment === 'none' ? ['none'] : payment.from).map((state) =>
          [action, mover, status, state, to].join(),
        ),
      ),
    ),
  );
  expect(new Set(questions).size).toBe(questions.length);
});

test('what leaves a share as it is can be done to any share', () => {
  for (const row of rows.filter(({ to }) => to === 'unchanged')) expect(row.from).toEqual(SHARE_STATUSES);
});

test('nobody pays a share that is paid or voided, and no money is captured that was not authorized', () => {
  for (const { action, from, to } of rows) {
    if (to === 'authorized')
      expect([null, 'due', 'processing', 'requires_action']).toEqual(expect.arrayContaining([...from]));
    if (action === 'capture') expect(['authorized', 'captured']).toEqual(expect.arrayContaining([...from]));
  }
});
