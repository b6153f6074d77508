/** Runs of reconciliation, and the differences they find: one row per kind and subject for ever. */

import type { FoundDifference } from '../../domain/compare-payment.ts';
import type { Database } from '../database.ts';
import { deriveId } from '../ids.ts';
import { selectRow, selectRows } from '../rows.ts';
import {
  DifferenceEntity,
  ReconciliationEntity,
  type DifferenceRow,
  type ReconciliationRow,
} from './entities.ts';

/** What a run has compared. */
export interface Compared {
  readonly payments: number;
  readonly intents: number;
  readonly workflows: number;
}

/** Writes down that a run has begun. Safe to repeat. */
export async function recordRunStarted(
  orders: Database,
  run: { id: string; startedBy: string },
): Promise<void> {
  await orders.em.fork().execute(
    `insert into reconciliations (id, started_by, status, started_at) values (?, ?, 'running', now())
     on conflict do nothing`,
    [run.id, run.startedBy],
    'run',
  );
}

/** Writes down what a run sees now; one that was closed is open again. Safe to repeat. */
export async function recordDifferences(
  orders: Database,
  reconciliationId: string,
  found: readonly FoundDifference[],
): Promise<void> {
  if (found.length === 0) return;
  const rows = found.map((difference) => ({
    ...difference,
    id: deriveId('difference', difference.kind, difference.subject),
  }));
  await orders.em.fork().execute(
    `insert into differences (id, kind, subject, status, order_id, payment_id, intent_id, amount, currency, details,
       found_at, seen_at, seen_in)
     select id, kind, subject, 'open', "orderId", "paymentId", "intentId", amount, currency, details, now(), now(), ?
     from json_to_recordset(?::json) as given (id uuid, kind text, subject text, "orderId" uuid, "paymentId" uuid,
       "intentId" text, amount int, currency text, details jsonb)
     on conflict (kind, subject) do update set status = 'open', closed_at = null,
       found_at = case differences.status when 'closed' then now() else differences.found_at end,
       order_id = excluded.order_id, payment_id = excluded.payment_id, intent_id = excluded.intent_id,
       amount = excluded.amount, currency = excluded.currency, details = excluded.details,
       seen_at = now(), seen_in = excluded.seen_in`,
    [reconciliationId, JSON.stringify(rows)],
    'run',
  );
}

/**
 * Ends a run: what it did not see again is gone and closes, unless another run has seen it since this one began.
 * Answers how many it saw.
 */
export async function recordRunEnded(
  orders: Database,
  id: string,
  compared: Compared,
): Promise<{ found: number; closed: number }> {
  return orders.em.fork().transactional(async (em) => {
    const closed = await em.execute<object[]>(
      `update differences d set status = 'closed', closed_at = now() from reconciliations r
       where r.id = ? and r.status = 'running' and d.status = 'open' and d.seen_at < r.started_at returning d.id`,
      [id],
    );
    const [run] = await em.execute<{ found: number }[]>(
      `update reconciliations set status = 'completed', ended_at = coalesce(ended_at, now()),
         compared_payments = ?, compared_intents = ?, compared_workflows = ?,
         found = (select count(*)::int from differences where seen_in = ?)
       where id = ? returning found`,
      [compared.payments, compared.intents, compared.workflows, id, id],
    );
    await em.execute(`delete from seen_intents where reconciliation_id = ?`, [id], 'run');
    return { found: run?.found ?? 0, closed: closed.length };
  });
}

/** Writes down that a run could not be ended; what it has found stays, nothing is closed. */
export async function recordRunFailed(orders: Database, id: string): Promise<void> {
  await orders.em.fork().execute(
    `with forgotten as (delete from seen_intents where reconciliation_id = ?)
     update reconciliations set status = 'failed', ended_at = now() where id = ? and status = 'running'`,
    [id, id],
    'run',
  );
}

/** Closes a difference that was mended; it opens again should a run still see it. */
export async function closeDifference(orders: Database, id: string): Promise<void> {
  await orders.em
    .fork()
    .execute(
      `update differences set status = 'closed', closed_at = now() where id = ? and status = 'open'`,
      [id],
      'run',
    );
}

/** A difference, or undefined. */
export async function readDifference(orders: Database, id: string): Promise<DifferenceRow | undefined> {
  return selectRow(orders.em.fork(), DifferenceEntity, 'id = ?', [id]);
}

/** Open ones, oldest first, or the closed, newest first; at most `limit`. */
export async function listDifferences(
  orders: Database,
  of: { status: 'open' | 'closed'; limit: number },
): Promise<DifferenceRow[]> {
  const order = of.status === 'open' ? 'found_at, id' : 'closed_at desc, id';
  return selectRows(orders.em.fork(), DifferenceEntity, `status = ? order by ${order} limit ?`, [
    of.status,
    of.limit,
  ]);
}

/** How many are open, by kind; kinds without any are left out. */
export async function countOpenDifferences(orders: Database): Promise<Map<string, number>> {
  const rows = await orders.em
    .fork()
    .execute<{ kind: string; count: number }[]>(
      `select kind, count(*)::int as count from differences where status = 'open' group by kind`,
    );
  return new Map(rows.map(({ kind, count }) => [kind, count]));
}

/** The last runs, newest first. */
export async function listRuns(orders: Database, limit: number): Promise<ReconciliationRow[]> {
  return selectRows(orders.em.fork(), ReconciliationEntity, 'true order by started_at desc limit ?', [limit]);
}
