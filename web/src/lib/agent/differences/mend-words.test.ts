import { expect, test } from 'vitest';
import { MEND_ACTIONS } from '#domain/reconciliation.ts';
import { difference, unknown } from './difference-builder.ts';
import { askedWords, mendWords, noteWords, outcomeWords } from './mend-words.ts';

test.each(MEND_ACTIONS)('%s has a button, a question and a consequence', (action) => {
  for (const each of [difference(), difference(unknown)]) {
    const words = mendWords(action, each);
    expect(words.label).toMatch(/^[A-Z][^_]+$/);
    expect(words.question).toMatch(/^[A-Z].*\?$/);
    expect(words.consequence).toMatch(/^[A-Z€].*\.$/);
  }
  expect(askedWords(action)).not.toContain('_');
});

test('buttons name the amount that moves', () => {
  expect(mendWords('refund', difference())).toMatchObject({ label: 'Refund €5.00', isFinal: true });
  expect(mendWords('void', difference({ kind: 'orphaned_intent' }))).toMatchObject({ isFinal: false });
  expect(mendWords('resume', difference({ details: { workflowId: 'refund-1', refundId: '1' } })).label).toBe(
    'Resume the refund',
  );
  expect(mendWords('resume', difference({ ...unknown, details: { tabId: '1' } })).label).toBe(
    'Resume the tab',
  );
});

test('how a mend went', () => {
  expect(outcomeWords(null).label).toBe('Under way');
  expect(outcomeWords('refused').label).toBe('Not set right');
  expect(noteWords('workflow_at_work')).toBe('Its workflow is at work.');
  expect(noteWords('charge_disputed')).toBe('Stripe refused it: charge disputed.');
});
