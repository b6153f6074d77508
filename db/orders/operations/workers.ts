/** Workers that process orders' tasks. Each reports its presence every second; times are the database's. */

import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { queryFirst, run } from '../../sql.ts';

/** Records the worker's presence, and deletes those that have not been seen for a minute. */
export async function noteWorker(
  orders: Database,
  worker: { id: string; isLeaving: boolean },
): Promise<void> {
  await run(
    orders.em.fork(),
    sql`with lost as (delete from workers where seen_at < now() - interval '1 minute' and id <> ${worker.id})
        insert into workers (id, seen_at, is_leaving) values (${worker.id}, now(), ${worker.isLeaving})
        on conflict (id) do update set seen_at = now(), is_leaving = excluded.is_leaving`,
  );
}

/** Deletes a stopped worker. Its jobs are free at once. */
export async function forgetWorker(orders: Database, id: string): Promise<void> {
  await run(
    orders.em.fork(),
    sql`with released as (update jobs set claimed_at = '-infinity' where worker_id = ${id})
        delete from workers where id = ${id}`,
  );
}

/** Returns whether any worker that takes tasks has been seen within that time. */
export async function isWorkerThere(orders: Database, withinMs: number): Promise<boolean> {
  const row = await queryFirst<{ there: boolean }>(
    orders.em.fork(),
    sql`select exists (select from workers where not is_leaving
          and seen_at > now() - ${withinMs} * interval '1 millisecond') as there`,
  );
  return row?.there ?? false;
}
