import { expect, test } from 'vitest';
import { disputeStateOf, type DisputeStep } from './dispute.ts';

const steps = (id: string, ...names: DisputeStep['step'][]) => names.map((step) => ({ id, step }));

test('a dispute stands where its last step left it', () => {
  expect(disputeStateOf([])).toBeNull();
  expect(disputeStateOf(steps('dp_1', 'opened'))).toBe('inquiry');
  expect(disputeStateOf(steps('dp_1', 'opened', 'taken'))).toBe('open');
  expect(disputeStateOf(steps('dp_1', 'taken', 'won'))).toBe('won');
  expect(disputeStateOf(steps('dp_1', 'taken', 'lost'))).toBe('lost');
});

test('of several disputes the one that keeps money away is told', () => {
  expect(disputeStateOf([...steps('dp_1', 'taken', 'won'), ...steps('dp_2', 'taken')])).toBe('open');
  expect(disputeStateOf([...steps('dp_1', 'taken', 'lost'), ...steps('dp_2', 'taken', 'won')])).toBe('lost');
});
