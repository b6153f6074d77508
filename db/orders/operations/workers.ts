/** Workers that take orders' tasks. Each says every second that it is there; times are the database's. */

import type { Database } from '../../database.ts';

/** Notes that the worker is there, and forgets those that have not been seen for a minute. */
export async function noteWorker(orders: Database, id: string): Promise<void> {
  const em = orders.em.fork();
  await em.execute(
    `insert into workers (id, seen_at) values (?, now()) on conflict (id) do update set seen_at = now()`,
    [id],
  );
  await em.execute(`delete from workers where seen_at < now() - interval '1 minute'`);
}

/** Notes that the worker takes nothing more. */
export async function forgetWorker(orders: Database, id: string): Promise<void> {
  await orders.em.fork().execute(`delete from workers where id = ?`, [id]);
}

/** Whether any worker has been seen within that time. */
export async function isWorkerThere(orders: Database, withinMs: number): Promise<boolean> {
  const [row] = await orders.em
    .fork()
    .execute<{ there: boolean }[]>(
      `select exists (select 1 from workers where seen_at > now() - make_interval(secs => ?)) as there`,
      [withinMs / 1_000],
    );
  return row?.there ?? false;
}
