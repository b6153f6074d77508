/** Runs of reconciliation: start, requester, progress and results. */

import { sql } from 'kysely';
import type { Compared } from '../../../domain/reconciliation.ts';
import type { Database } from '../../database.ts';
import { query, run, selectRows } from '../../sql.ts';
import { ReconciliationEntity, type ReconciliationRow } from '../entities/reconciliation.ts';

/** A run of this age is over, whatever its row says: its workflow was terminated. */
const OLDEST_RUN = sql`interval '3 hours'`;

/** Records the start of a run, and marks runs that never ended as failed. Safe to repeat. Their differences stay. */
export async function recordRunStarted(
  orders: Database,
  started: { id: string; startedBy: string },
): Promise<void> {
  const em = orders.em.fork();
  await run(
    em,
    sql`insert into reconciliations (id, started_by, status, started_at) values (${started.id}, ${started.startedBy}, 'running', now())
     on conflict do nothing`,
  );
  const lost = await query<{ id: string }>(
    em,
    sql`update reconciliations set status = 'failed', ended_at = now()
     where status = 'running' and started_at < now() - ${OLDEST_RUN} and id <> ${started.id} returning id`,
  );
  for (const { id } of lost) await forgetSeen(orders, id);
}

/** Records a run's progress; omitted fields stay. Safe to repeat. */
export async function recordProgress(
  orders: Database,
  id: string,
  compared: Partial<Compared>,
): Promise<void> {
  const { workflows, intents, payments, orders: comparedOrders, bookings } = compared;
  await run(
    orders.em.fork(),
    sql`update reconciliations set
          compared_workflows = coalesce(${workflows}, compared_workflows),
          compared_intents = coalesce(${intents}, compared_intents),
          compared_payments = coalesce(${payments}, compared_payments),
          compared_orders = coalesce(${comparedOrders}, compared_orders),
          compared_bookings = coalesce(${bookings}, compared_bookings)
        where id = ${id} and status = 'running'`,
  );
}

/**
 * Ends a run: closes the differences that were not seen since it began. Returns how many it found and closed. Safe to
 * repeat.
 */
export async function recordRunEnded(
  orders: Database,
  id: string,
  compared: Compared,
): Promise<{ found: number; closed: number }> {
  await recordProgress(orders, id, compared);
  await forgetSeen(orders, id);
  return orders.em.fork().transactional(async (em) => {
    const closed = await query<object>(
      em,
      sql`update differences d set status = 'closed', closed_at = now() from reconciliations r
       where r.id = ${id} and r.status = 'running' and d.status = 'open' and d.seen_at < r.started_at returning d.id`,
    );
    // A concurrent run may have seen the same object after this one.
    const [ended] = await query<{ found: number }>(
      em,
      sql`update reconciliations r set status = 'completed', ended_at = coalesce(ended_at, now()),
         found = (select count(*)::int from differences d where d.seen_at >= r.started_at)
       where id = ${id} returning found`,
    );
    return { found: ended?.found ?? 0, closed: closed.length };
  });
}

/** Records that a run failed; its differences stay, and none is closed. */
export async function recordRunFailed(orders: Database, id: string): Promise<void> {
  await forgetSeen(orders, id);
  await run(
    orders.em.fork(),
    sql`update reconciliations set status = 'failed', ended_at = now() where id = ${id} and status = 'running'`,
  );
}

/** Deletes what a run has seen at Stripe, in batches, so that no transaction takes long. */
async function forgetSeen(orders: Database, id: string): Promise<void> {
  const em = orders.em.fork();
  await run(em, sql`delete from seen_disputes where reconciliation_id = ${id}`);
  for (;;) {
    const [gone] = await query<{ count: number }>(
      em,
      sql`with gone as (
         delete from seen_intents where ctid = any(array(
           select ctid from seen_intents where reconciliation_id = ${id} limit 20000)) returning 1)
       select count(*)::int as count from gone`,
    );
    if (!gone?.count) return;
  }
}

/** Returns whether a run's end is recorded. */
export async function hasRunEnded(orders: Database, id: string): Promise<boolean> {
  const ended = await query<object>(
    orders.em.fork(),
    sql`select 1 from reconciliations where id = ${id} and status <> 'running'`,
  );
  return ended.length > 0;
}

/** Returns the most recent runs, newest first. */
export async function listRuns(orders: Database, limit: number): Promise<ReconciliationRow[]> {
  return selectRows(
    orders.em.fork(),
    ReconciliationEntity,
    sql`true order by started_at desc limit ${limit}`,
  );
}
