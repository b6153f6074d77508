/**
 * Background jobs of the workers, each run by one of them: its owner, and when it last ran. A worker owns a job as long
 * as it reports its presence (see workers.ts); times are the database's.
 */

import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { queryFirst, run, type Sql } from '../../sql.ts';

/** A worker that has not been seen for this long loses its jobs: well above the interval of one second. */
const LOST_AFTER = sql`interval '5 seconds'`;

const isThere = (workerId: Sql): Sql =>
  sql`exists (select from workers where id = ${workerId} and seen_at > now() - ${LOST_AFTER})`;

/** A job that this worker owns. */
export interface ClaimedJob {
  /** How long ago the last completed round began; null if there was none. */
  readonly secondsSince: number | null;
}

/**
 * Returns the job if this worker owns it: an unowned job goes to the first that asks. Returns undefined while another
 * worker owns it. Writes only when the owner changes.
 */
export async function claimJob(
  orders: Database,
  name: string,
  workerId: string,
): Promise<ClaimedJob | undefined> {
  return queryFirst<ClaimedJob>(
    orders.em.fork(),
    sql`with held as (
          select worker_id, done_at from jobs
          where name = ${name} and (worker_id = ${workerId}::uuid or ${isThere(sql`worker_id`)})),
        taken as (
          insert into jobs (name, worker_id) select ${name}, ${workerId}::uuid where not exists (select from held)
          on conflict (name) do update set worker_id = excluded.worker_id, claimed_at = now()
            where not ${isThere(sql`jobs.worker_id`)}
              -- A claim of this moment, by a worker that this statement cannot see yet.
              and jobs.claimed_at < now() - ${LOST_AFTER}
          returning done_at)
        select extract(epoch from now() - done_at)::float as "secondsSince" from (
          select done_at from held where worker_id = ${workerId}::uuid union all select done_at from taken) as mine`,
  );
}

/** Records a completed round and when it began, at most once a minute: no more precision is needed. */
export async function noteJobDone(
  orders: Database,
  name: string,
  { workerId, tookMs }: { workerId: string; tookMs: number },
): Promise<void> {
  await run(
    orders.em.fork(),
    sql`update jobs set done_at = now() - ${tookMs} * interval '1 millisecond'
        where name = ${name} and worker_id = ${workerId}
          and (done_at is null or done_at < now() - interval '1 minute')`,
  );
}
