/** Every kind of difference is found, and its button resolves it. */

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { DIFFERENCE_KINDS, type DifferenceKind, type MendAction } from '../../domain/reconciliation.ts';
import type { System } from '../harness/system.ts';
import { startComparing, type Operator } from './find-and-mend.ts';
import { confirmed, holdOfChange, PLANTS } from './plants.ts';

const ACTIONS: Record<DifferenceKind, MendAction> = {
  money_without_order: 'refund',
  order_without_money: 'capture',
  amount_differs: 'read_back',
  open_authorization: 'void',
  change_not_returned: 'refund',
  unknown_outcome: 'read_back',
  missing_workflow: 'resume',
  failing_workflow: 'resume',
  workflow_behind: 'catch_up',
  stuck_activity: 'retry',
  overdue_hold: 'release',
  endless_claim: 'resume',
  endless_change: 'resume',
  ledger_differs: 'correct',
  receivable_differs: 'correct',
  ended_tab_owes: 'reopen',
  orphaned_intent: 'void',
};

let system: System;
let operator: Operator;
let variantId: string;
beforeAll(async () => {
  ({ system, operator, variantId } = await startComparing());
});
afterEach(() => system.stripe.faults.clear());
afterAll(() => system?.stop());

test('all is well: nothing is found, and the run says what it compared', async () => {
  await confirmed(system, variantId);
  expect(await operator.compare()).toEqual([]);
  const { body } = await operator.admin.get('/api/reconciliation');
  const [run] = body.runs;
  expect(run).toMatchObject({ status: 'completed', startedBy: 'A admin', found: 0 });
  for (const part of ['Workflows', 'Orders', 'Intents', 'Payments', 'Bookings'])
    expect(run[`compared${part}`], part).toBeGreaterThan(0);
});

test.each(DIFFERENCE_KINDS)('%s', async (kind) => {
  const planted = await PLANTS[kind](system, variantId);
  const difference = await operator.find(kind, planted.is);
  expect(difference.action).toBe(ACTIONS[kind]);
  await planted.beforeMend?.();
  await operator.mend(difference);
  await planted.afterMend?.();
  const left = await operator.compare();
  expect(left).toEqual([]);
});

test('stock that is held for a change that is over belongs to its order, or goes back on sale', async () => {
  for (const [isApplied, action] of [
    [true, 'resume'],
    [false, 'release'],
  ] as const) {
    const planted = await holdOfChange(system, variantId, isApplied);
    const difference = await operator.find('overdue_hold', planted.is);
    expect(difference.action).toBe(action);
    await operator.mend(difference);
    await planted.afterMend?.();
  }
  expect(await operator.compare()).toEqual([]);
  await system.assertInvariants();
});
