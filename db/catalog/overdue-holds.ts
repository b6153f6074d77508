import type { Database } from '../database.ts';

/** Orders with a live hold whose deadline passed more than `seconds` ago, longest first, at most 500. */
export async function listOverdueHolds(catalog: Database, seconds: number): Promise<string[]> {
  const rows = await catalog.em.fork().execute<{ orderId: string }[]>(
    `select order_id as "orderId" from holds
     where status = 'live' and deadline < now() - make_interval(secs => ?)
     group by order_id order by min(deadline) limit 500`,
    [seconds],
  );
  return rows.map(({ orderId }) => orderId);
}
