/** Runs of reconciliation: when, by whom, what was compared and found. */

import { sql } from 'kysely';
import type { Compared } from '../../../domain/reconciliation.ts';
import type { Database } from '../../database.ts';
import { query, run, selectRows } from '../../sql.ts';
import { ReconciliationEntity, type ReconciliationRow } from '../entities/reconciliation.ts';

/** A run that is this old is over, whatever is written of it: its workflow was ended from outside. */
const OLDEST_RUN = sql`interval '3 hours'`;

/**
 * Writes down that a run has begun, and of those that never ended that they failed. Safe to repeat. Differences that
 * they found stay.
 */
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

/** Writes down how far a run is; what is left out stays. Safe to repeat. */
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
    const closed = await query<object>(
      em,
      sql`update differences d set status = 'closed', closed_at = now() from reconciliations r
       where r.id = ${id} and r.status = 'running' and d.status = 'open' and d.seen_at < r.started_at returning d.id`,
    );
    // Another run at the same time may have seen the same again after this one.
    const [ended] = await query<{ found: number }>(
      em,
      sql`update reconciliations r set status = 'completed', ended_at = coalesce(ended_at, now()),
         found = (select count(*)::int from differences d where d.seen_at >= r.started_at)
       where id = ${id} returning found`,
    );
    return { found: ended?.found ?? 0, closed: closed.length };
  });
}

/** Writes down that a run could not be ended; what it has found stays, nothing is closed. */
export async function recordRunFailed(orders: Database, id: string): Promise<void> {
  await forgetSeen(orders, id);
  await run(
    orders.em.fork(),
    sql`update reconciliations set status = 'failed', ended_at = now() where id = ${id} and status = 'running'`,
  );
}

/** Deletes what a run has seen at Stripe, so much at a time that no transaction takes long. */
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

/** Whether the end of a run is written down. */
export async function hasRunEnded(orders: Database, id: string): Promise<boolean> {
  const ended = await query<object>(
    orders.em.fork(),
    sql`select 1 from reconciliations where id = ${id} and status <> 'running'`,
  );
  return ended.length > 0;
}

/** The last runs, newest first. */
export async function listRuns(orders: Database, limit: number): Promise<ReconciliationRow[]> {
  return selectRows(
    orders.em.fork(),
    ReconciliationEntity,
    sql`true order by started_at desc limit ${limit}`,
  );
}
