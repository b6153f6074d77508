import { describe, expect, test } from 'vitest';
import { DIFFERENCE_KINDS } from '#domain/reconciliation.ts';
import { amountsOf } from './amounts.ts';
import { difference, unknown } from './difference-builder.ts';
import { adviceWords, differenceWords, kindTitle, kindTone } from './difference-words.ts';

test.each(DIFFERENCE_KINDS)('%s has a title, a tone and whole sentences, even with nothing known', (kind) => {
  expect(kindTitle(kind)).toMatch(/^[A-Z][^_]+$/);
  expect(kindTone(kind)).toBeTruthy();
  for (const each of [difference({ kind }), difference({ kind, ...unknown })]) {
    expect(differenceWords(each)).toMatch(/^[A-Z€][^_]*\.$/);
    expect(differenceWords(each)).not.toContain('undefined');
    expect(adviceWords(each)).toMatch(/^[A-Z].*\.$/);
  }
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

  test('a tab that nothing works on', () => {
    const details = { tabId: '1', workflowId: 'tab-1', workflowStatus: 'missing' };
    expect(differenceWords(difference({ ...unknown, kind: 'missing_workflow', details }))).toBe(
      'A tab of a group is not finished, but nothing works on it: Temporal knows no workflow for it.',
    );
  });

  test('a change that does not end: how far it came', () => {
    const words = (
      details: Parameters<typeof difference>[0] extends { details?: infer D } | undefined ? D : never,
    ) => differenceWords(difference({ kind: 'endless_change', details: { ...details } }));
    expect(words({ changeStatus: 'held' })).toContain('neither made nor given up');
    expect(words({ changeStatus: 'applied', changeAwaits: 'capture' })).toContain('has not been taken');
    expect(words({ changeStatus: 'applied', changeAwaits: 'stock' })).toBe(
      'Order 1042 was changed, and the stock that is set aside for it has not followed. Nobody can pay it until then.',
    );
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
