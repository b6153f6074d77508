import type { Difference, MendManyAnswer, Reconciliation } from '#domain/contract/reconciliation.ts';
import type { MendAction } from '#domain/reconciliation.ts';
import type { Page } from '#domain/contract/fields.ts';
import { newIdempotencyKey } from '../../api/idempotency-key.ts';
import { call } from '../../api/call.ts';

const PAGE_SIZE = 50;

/** Reads a page of the open differences, most urgent first, or of the closed ones, newest first. */
export function listDifferences(
  status: Difference['status'],
  cursor: string | null,
  signal: AbortSignal,
): Promise<Page<Difference>> {
  return call('GET /api/differences', { query: { status, cursor, limit: PAGE_SIZE }, signal });
}

/** Mends a difference. If the response came before the end, its last mend has no outcome yet. */
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

/** Mends several differences; none has its outcome yet. */
export function mendDifferences(
  mends: readonly { readonly id: string; readonly action: MendAction }[],
  idempotencyKey: string,
): Promise<MendManyAnswer> {
  return call('POST /api/differences/mend', { body: { mends }, idempotencyKey });
}

/** Reads the latest runs, newest first, and the number of open differences. */
export function readReconciliation(): Promise<Reconciliation> {
  return call('GET /api/reconciliation');
}

/** Starts a run, which continues after the response. */
export function compareNow(): Promise<Reconciliation> {
  return call('POST /api/reconciliation/run', { idempotencyKey: newIdempotencyKey() });
}
