/** What a change adds to an order that nobody has paid yet becomes a part of what the order holds. */

import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { run } from '../../sql.ts';

/**
 * Makes what a change holds, by its id, a part of the order's hold, until the order's deadline. A hold that was joined is
 * gone, so repeats change nothing. If the order holds nothing any more, it is on sale again.
 */
export async function joinUnpaidHold(
  catalog: Database,
  { changeId, orderId }: { changeId: string; orderId: string },
): Promise<void> {
  await catalog.em.fork().transactional(async (tx) => {
    await run(
      tx,
      sql`select v.id from variants v join holds h on h.variant_id = v.id
          where h.order_id in (${changeId}, ${orderId}) order by v.id for no key update of v`,
    );
    await run(
      tx,
      sql`with joined as (
            delete from holds where order_id = ${changeId} and status = 'live' returning variant_id, quantity),
          held as (
            select status, deadline from holds where order_id = ${orderId} and status <> 'released' limit 1),
          added as (
            insert into holds as h (order_id, variant_id, quantity, status, deadline)
            select ${orderId}::uuid, joined.variant_id, joined.quantity, held.status, held.deadline from joined, held
            on conflict (order_id, variant_id) do update
              set quantity = case h.status when 'released' then 0 else h.quantity end + excluded.quantity,
                returned = case h.status when 'released' then 0 else h.returned end,
                status = excluded.status, deadline = excluded.deadline, updated_at = now())
          update variants v set available = v.available + joined.quantity
          from joined where v.id = joined.variant_id and not exists (select from held)`,
    );
  });
}
