import type { Difference, MendManyAnswer, Reconciliation } from '#domain/contract/reconciliation.ts';
import type { MendAction } from '#domain/reconciliation.ts';
import type { Page } from '#domain/contract/fields.ts';
import { newIdempotencyKey } from '../../api/idempotency-key.ts';
import { call } from '../../api/call.ts';

/** How many differences are read at a time. */
const PAGE_SIZE = 50;

/** A page of the open differences, the most pressing first, or of the closed, newest first. */
export function listDifferences(
  status: Difference['status'],
  cursor: string | null,
  signal: AbortSignal,
): Promise<Page<Difference>> {
  return call('GET /api/differences', { query: { status, cursor, limit: PAGE_SIZE }, signal });
}

/** Has a difference set right. Its last mend has no outcome yet where the answer came before the end of it. */
export function mendDifference(
  differenceId: string,
  action: MendAction,
  idempotencyKey: string,
): Promise<{ difference: Difference }> {
  return call('POST /api/differences/:id/mend', {
    params: { id: differenceId },
    body: { action },
    idempotencyKey,
  });
}

/** Has several differences set right; none of them has its outcome yet. */
export function mendDifferences(
  mends: readonly { readonly id: string; readonly action: MendAction }[],
  idempotencyKey: string,
): Promise<MendManyAnswer> {
  return call('POST /api/differences/mend', { body: { mends }, idempotencyKey });
}

/** The last comparisons, newest first, and how many differences are open. */
export function readReconciliation(): Promise<Reconciliation> {
  return call('GET /api/reconciliation');
}

/** Has everything compared now; it goes on after the answer. */
export function compareNow(): Promise<Reconciliation> {
  return call('POST /api/reconciliation/run', { idempotencyKey: newIdempotencyKey() });
}
