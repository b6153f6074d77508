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

/**
 * Returns the ids under which stock has been committed and not sold for more than `seconds`, oldest first, at most 500;
 * with `id`, only that one. An order that is being charged has such a hold, and a change that was applied must not.
 */
export async function listCommittedHolds(
  catalog: Database,
  { seconds, id }: { seconds: number; id?: string },
): Promise<string[]> {
  const rows = await query<{ id: string }>(
    catalog.em.fork(),
    sql`select order_id as id from holds
     where status = 'committed' and updated_at < now() - make_interval(secs => ${seconds}) and (${id ?? null}::uuid is null or order_id = ${id ?? null})
     group by order_id order by min(updated_at) limit 500`,
  );
  return rows.map((row) => row.id);
}
