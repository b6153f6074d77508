/** Builders of differences for tests. */

import type { Difference } from '#domain/contract/reconciliation.ts';

/** A difference of amounts of order 1042; `changes` win. */
export const difference = (changes: Partial<Difference> = {}): Difference => ({
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

/** Context of a difference without any known data. */
export const unknown = { orderId: null, orderNumber: null, amount: null, currency: null, intentId: null };
