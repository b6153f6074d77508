import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { query } from '../../sql.ts';

/**
 * Returns orders with a live hold whose deadline passed more than `seconds` ago, oldest first, at most 500; with
 * `orderId`, only that one.
 */
export async function listOverdueHolds(
  catalog: Database,
  { seconds, orderId }: { seconds: number; orderId?: string },
): Promise<string[]> {
  const rows = await query<{ orderId: string }>(
    catalog.em.fork(),
    sql`select order_id as "orderId" from holds
     where status = 'live' and deadline < now() - make_interval(secs => ${seconds}) and (${orderId ?? null}::uuid is null or order_id = ${orderId ?? null})
     group by order_id order by min(deadline) limit 500`,
  );
  return rows.map((row) => row.orderId);
}
