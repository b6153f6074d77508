/** Runs of reconciliation: when, by whom, what was compared and found. */

import type { Compared } from '../../../domain/reconciliation.ts';
import type { Database } from '../../database.ts';
import { selectRows } from '../../rows.ts';
import { ReconciliationEntity, type ReconciliationRow } from '../entities/reconciliation.ts';

/** A run that is this old is over, whatever is written of it: its workflow was ended from outside. */
const OLDEST_RUN = '3 hours';

/**
 * Writes down that a run has begun, and of those that never ended that they failed. Safe to repeat. Differences that
 * they found stay.
 */
export async function recordRunStarted(
  orders: Database,
  run: { id: string; startedBy: string },
): Promise<void> {
  const em = orders.em.fork();
  await em.execute(
    `insert into reconciliations (id, started_by, status, started_at) values (?, ?, 'running', now())
     on conflict do nothing`,
    [run.id, run.startedBy],
    'run',
  );
  const lost = await em.execute<{ id: string }[]>(
    `update reconciliations set status = 'failed', ended_at = now()
     where status = 'running' and started_at < now() - interval '${OLDEST_RUN}' and id <> ? returning id`,
    [run.id],
  );
  for (const { id } of lost) await forgetSeen(orders, id);
}

/** Writes down how far a run is; what is left out stays. Safe to repeat. */
export async function recordProgress(
  orders: Database,
  id: string,
  compared: Partial<Compared>,
): Promise<void> {
  const parts = Object.entries(compared);
  await orders.em.fork().execute(
    `update reconciliations set ${parts.map(([part]) => `compared_${part} = ?`).join(', ')}
     where id = ? and status = 'running'`,
    [...parts.map(([, count]) => count), id],
    'run',
  );
}

/**
 * Ends a run: what was not seen again since it began is gone and closes. Returns how many it found, and how many it
 * closed. Safe to repeat.
 */
export async function recordRunEnded(
  orders: Database,
  id: string,
  compared: Compared,
): Promise<{ found: number; closed: number }> {
  await recordProgress(orders, id, compared);
  await forgetSeen(orders, id);
  return orders.em.fork().transactional(async (em) => {
    const closed = await em.execute<object[]>(
      `update differences d set status = 'closed', closed_at = now() from reconciliations r
       where r.id = ? and r.status = 'running' and d.status = 'open' and d.seen_at < r.started_at returning d.id`,
      [id],
    );
    // Another run at the same time may have seen the same again after this one.
    const [run] = await em.execute<{ found: number }[]>(
      `update reconciliations r set status = 'completed', ended_at = coalesce(ended_at, now()),
         found = (select count(*)::int from differences d where d.seen_at >= r.started_at)
       where id = ? returning found`,
      [id],
    );
    return { found: run?.found ?? 0, closed: closed.length };
  });
}

/** Writes down that a run could not be ended; what it has found stays, nothing is closed. */
export async function recordRunFailed(orders: Database, id: string): Promise<void> {
  await forgetSeen(orders, id);
  await orders.em
    .fork()
    .execute(
      `update reconciliations set status = 'failed', ended_at = now() where id = ? and status = 'running'`,
      [id],
      'run',
    );
}

/** Deletes what a run has seen at Stripe, so much at a time that no transaction takes long. */
async function forgetSeen(orders: Database, id: string): Promise<void> {
  const em = orders.em.fork();
  await em.execute(`delete from seen_disputes where reconciliation_id = ?`, [id], 'run');
  for (;;) {
    const [gone] = await em.execute<{ count: number }[]>(
      `with gone as (
         delete from seen_intents where ctid = any(array(
           select ctid from seen_intents where reconciliation_id = ? limit 20000)) returning 1)
       select count(*)::int as count from gone`,
      [id],
    );
    if (!gone?.count) return;
  }
}

/** Whether the end of a run is written down. */
export async function hasRunEnded(orders: Database, id: string): Promise<boolean> {
  const ended = await orders.em
    .fork()
    .execute<object[]>(`select 1 from reconciliations where id = ? and status <> 'running'`, [id]);
  return ended.length > 0;
}

/** The last runs, newest first. */
export async function listRuns(orders: Database, limit: number): Promise<ReconciliationRow[]> {
  return selectRows(orders.em.fork(), ReconciliationEntity, 'true order by started_at desc limit ?', [limit]);
}
