import { expect, test } from 'vitest';
import { PAID_STATES, PAYMENT_STATES, type PaymentState } from './payment.ts';
import {
  canPay,
  paymentStatusOf,
  SHARE_STATUSES,
  SHARE_TRANSITIONS,
  type ShareStatus,
  type ShareTransition,
} from './share.ts';

const of = (...statuses: ShareStatus[]) =>
  paymentStatusOf(statuses.map((status) => ({ status, amount: 350, tipAmount: 0 })));

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

test('what happens to a payment can happen whatever its share is', () => {
  for (const action of new Set(rows.filter(({ to }) => to === 'unchanged').map((row) => row.action))) {
    const possible = rows.filter((row) => row.action === action);
    for (const state of new Set(
      possible.flatMap((row) => (row.payment === 'none' ? [] : row.payment.from)),
    )) {
      const from = possible.filter((row) => row.payment !== 'none' && row.payment.from.includes(state));
      expect(new Set(from.flatMap((row) => row.from)), action).toEqual(new Set(SHARE_STATUSES));
    }
  }
});

test('a share is authorized by a payment that is, whatever happens to its payments', () => {
  const isPaid = (state: PaymentState | null | undefined) => PAID_STATES.some((paid) => paid === state);
  const start: Walk = { share: 'due', payments: [null, null, null], path: [] };
  const seen = new Set<string>();
  for (const queue = [start]; queue.length > 0;) {
    const { share, payments, path } = queue.shift()!;
    const key = [share, ...payments.toSorted()].join();
    if (seen.has(key)) continue;
    seen.add(key);
    if (share === 'authorized') expect(payments.some(isPaid), path.join(' → ')).toBe(true);
    for (const row of rows) {
      const { action, from, to, payment } = row;
      // A share of a bill of nothing is no such share.
      if (payment === 'none' || !from.includes(share)) continue;
      for (const [index, state] of payments.entries()) {
        if (!payment.from.includes(state)) continue;
        const next = payments.with(index, payment.to);
        // An index of the database allows one successful payment.
        if (next.filter(isPaid).length > 1) continue;
        const step = `${action} ${index + 1}`;
        queue.push({ share: to === 'unchanged' ? share : to, payments: next, path: [...path, step] });
      }
    }
  }
  expect(seen.size).toBeGreaterThan(100);
});

/** A share with its payments, and the steps that led there. */
interface Walk {
  readonly share: ShareStatus;
  readonly payments: readonly (PaymentState | null)[];
  readonly path: readonly string[];
}

test('nobody pays a share that is paid or voided, and no money is captured that was not authorized', () => {
  for (const { action, from, to } of rows) {
    if (to === 'authorized')
      expect([null, 'due', 'processing', 'requires_action']).toEqual(expect.arrayContaining([...from]));
    if (action === 'capture') expect(['authorized', 'captured']).toEqual(expect.arrayContaining([...from]));
  }
});

test('a share of which changes have left nothing keeps nobody from having all of it back', () => {
  const back = { status: 'refunded', amount: 350, tipAmount: 0 } as const;
  const empty = { status: 'captured', amount: 0, tipAmount: 0 } as const;
  expect(paymentStatusOf([back, empty])).toBe('refunded');
  expect(paymentStatusOf([back, { ...empty, tipAmount: 100 }])).toBe('partly_refunded');
  expect(paymentStatusOf([empty])).toBe('paid');
});
