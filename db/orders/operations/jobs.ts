/**
 * What workers do beside the workflows, each job by one of them: whose it is, and when it was done. A job is its worker's
 * as long as that says that it is there (see workers.ts); times are the database's.
 */

import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { queryFirst, run, type Sql } from '../../sql.ts';

/** Who has not been seen for this long has lost its jobs: well above the second in which each is seen. */
const LOST_AFTER = sql`interval '5 seconds'`;

const isThere = (workerId: Sql): Sql =>
  sql`exists (select from workers where id = ${workerId} and seen_at > now() - ${LOST_AFTER})`;

/** A job that is the worker's to do. */
export interface ClaimedJob {
  /** How long ago the last round began that was done; null: there was none. */
  readonly secondsSince: number | null;
}

/**
 * Returns the job if it is this worker's, by now or since before: the first who asks for a job that is nobody's gets it.
 * Undefined while it is another's. Writes nothing unless it changes hands.
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

/** Notes that a round is done that began so long ago, at most once a minute: nobody needs to know it closer. */
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
