import { describe, expect, test } from 'vitest';
import type { Difference } from '#domain/contract/reconciliation.ts';
import { DIFFERENCE_KINDS, MEND_ACTIONS } from '#domain/reconciliation.ts';
import {
  adviceWords,
  amountsOf,
  askedWords,
  comparedWords,
  differenceWords,
  kindTitle,
  kindTone,
  mendWords,
  noteWords,
  outcomeWords,
  runWords,
  starterWords,
} from './words.ts';

const difference = (changes: Partial<Difference> = {}): Difference => ({
  id: '0197a000-0000-7000-8000-000000000001',
  kind: 'amount_differs',
  status: 'open',
  orderId: '0197a000-0000-7000-8000-000000000002',
  orderNumber: 1042,
  intentId: 'pi_1',
  amount: 500,
  currency: 'eur',
  details: {},
  foundAt: '2026-11-25T12:00:00.000Z',
  seenAt: '2026-11-25T12:00:00.000Z',
  closedAt: null,
  action: 'read_back',
  workflowUrl: null,
  mends: [],
  ...changes,
});
const unknown = { orderId: null, orderNumber: null, amount: null, currency: null, intentId: null };
const run = {
  id: '0197a000-0000-7000-8000-000000000003',
  startedBy: 'schedule',
  status: 'completed' as const,
  startedAt: '2026-11-25T12:00:00.000Z',
  endedAt: '2026-11-25T12:00:01.000Z',
  comparedPayments: 1,
  comparedIntents: 1200,
  comparedWorkflows: 0,
  comparedOrders: 1,
  comparedBookings: 3,
  found: 0,
};

test.each(DIFFERENCE_KINDS)('%s has a title, a tone and whole sentences, even with nothing known', (kind) => {
  expect(kindTitle(kind)).toMatch(/^[A-Z][^_]+$/);
  expect(kindTone(kind)).toBeTruthy();
  for (const each of [difference({ kind }), difference({ kind, ...unknown })]) {
    expect(differenceWords(each)).toMatch(/^[A-Z€][^_]*\.$/);
    expect(differenceWords(each)).not.toContain('undefined');
    expect(adviceWords(each)).toMatch(/^[A-Z].*\.$/);
  }
});

test.each(MEND_ACTIONS)('%s has a button, a question and a consequence', (action) => {
  for (const each of [difference(), difference(unknown)]) {
    const words = mendWords(action, each);
    expect(words.label).toMatch(/^[A-Z][^_]+$/);
    expect(words.question).toMatch(/^[A-Z].*\?$/);
    expect(words.consequence).toMatch(/^[A-Z€].*\.$/);
  }
  expect(askedWords(action)).not.toContain('_');
});

describe('what differs', () => {
  test('money that is kept of an order that has ended', () => {
    const words = differenceWords(
      difference({ kind: 'money_without_order', details: { orderStatus: 'canceled' } }),
    );
    expect(words).toBe('Stripe holds €5.00 for order 1042, which has ended: it was canceled.');
  });

  test('a paid order whose money can still be taken, is lost, or is not known at Stripe', () => {
    const words = (intentStatus: string) =>
      differenceWords(difference({ kind: 'order_without_money', details: { intentStatus } }));
    expect(words('requires_capture')).toContain('the card has authorized it');
    expect(words('canceled')).toContain('there it is “canceled”');
    expect(words('missing')).toContain('it knows no such payment');
  });

  test('how often something was tried', () => {
    const kind = 'stuck_activity';
    expect(differenceWords(difference({ kind, details: { activity: 'sendOrderMails', attempt: 12 } }))).toBe(
      'The step “sendOrderMails” of order 1042 has been tried 12 times without success.',
    );
    expect(differenceWords(difference({ kind: 'failing_workflow', details: { attempt: 4 } }))).toBe(
      'The workflow of order 1042 cannot go on: its task has failed 4 times.',
    );
  });

  test('both sides’ amounts, those that differ marked', () => {
    const details = { ourAmount: 500, stripeAmount: 500, ourRefundedAmount: 0, stripeRefundedAmount: 200 };
    expect(amountsOf(difference({ details }))).toEqual({
      sides: ['In our books', 'At Stripe'],
      pairs: [
        { label: 'Taken', amounts: ['€5.00', '€5.00'], differs: false },
        { label: 'Given back', amounts: ['€0.00', '€2.00'], differs: true },
      ],
    });
    expect(amountsOf(difference())).toBeUndefined();
  });

  test.each([
    ['money', { ourAmount: 500 }, 'Taken and kept', 'By our record'],
    ['memo', { ourAmount: 500 }, 'Reserved on the card', 'By our record'],
    ['fee', { stripeAmount: 500 }, 'Fee', 'At Stripe'],
    ['dispute', { stripeAmount: 500 }, 'Moved by the dispute', 'At Stripe'],
    ['booking', { ourAmount: 500 }, 'Booked', 'By our record'],
  ] as const)('the ledger beside what it books: %s', (ledgerPart, amount, label, other) => {
    const kind = 'ledger_differs';
    const differing = difference({ kind, details: { ledgerPart, ledgerAmount: 0, ...amount } });
    expect(differenceWords(differing)).toMatch(/^The ledger .* order 1042.*\.$/);
    expect(amountsOf(differing)).toEqual({
      sides: ['In the ledger', other],
      pairs: [{ label, amounts: ['€0.00', '€5.00'], differs: true }],
    });
  });

  test.each([
    ['order_without_money', 'less', 'missing'],
    ['amount_differs', 'more', 'too much'],
  ] as const)('an order beside its payments: %s', (kind, words, advice) => {
    const differing = difference({ kind, details: { orderAmount: 700, paidAmount: 500 } });
    expect(differenceWords(differing)).toBe(`Order 1042 was paid for with ${words} than it comes to.`);
    expect(adviceWords(differing)).toContain(advice);
    expect(amountsOf(differing)).toMatchObject({
      sides: ['The order', 'Its payments'],
      pairs: [{ amounts: ['€7.00', '€5.00'] }],
    });
  });
});

test('buttons name the amount that moves', () => {
  expect(mendWords('refund', difference())).toMatchObject({ label: 'Refund €5.00', isFinal: true });
  expect(mendWords('void', difference({ kind: 'orphaned_intent' }))).toMatchObject({ isFinal: false });
  expect(mendWords('resume', difference({ details: { workflowId: 'refund-1' } })).label).toBe(
    'Resume the refund',
  );
});

test('how a mend went', () => {
  expect(outcomeWords(null).label).toBe('Under way');
  expect(outcomeWords('refused').label).toBe('Not set right');
  expect(noteWords('its workflow is at work')).toBe('Its workflow is at work.');
});

test('how a comparison went, by whom and of what', () => {
  expect(runWords(run).label).toBe('Everything agrees');
  expect(runWords({ ...run, found: 1 }).label).toBe('1 difference');
  expect(runWords({ ...run, status: 'failed' }).label).toBe('Failed');
  expect(starterWords('schedule')).toBe('On schedule');
  expect(starterWords('Ada')).toBe('Ada');
  expect(comparedWords(run)).toBe('1 paid order, 1 payment, 1,200 at Stripe, 3 bookings, 0 workflows');
});
