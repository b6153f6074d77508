import type { Database } from '../../database.ts';

/**
 * Orders with a live hold whose deadline passed more than `seconds` ago, longest first, at most 500; with `orderId`, only
 * that one, if it has.
 */
export async function listOverdueHolds(
  catalog: Database,
  { seconds, orderId }: { seconds: number; orderId?: string },
): Promise<string[]> {
  const rows = await catalog.em.fork().execute<{ orderId: string }[]>(
    `select order_id as "orderId" from holds
     where status = 'live' and deadline < now() - make_interval(secs => ?) and (?::uuid is null or order_id = ?)
     group by order_id order by min(deadline) limit 500`,
    [seconds, orderId ?? null, orderId ?? null],
  );
  return rows.map((row) => row.orderId);
}
