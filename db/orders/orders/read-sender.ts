import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { queryFirst } from '../../sql.ts';

/** Returns the participant who has sent a round; undefined if staff did, or the tab by itself. */
export async function readSender(orders: Database, orderId: string): Promise<string | undefined> {
  const placed = await queryFirst<{ actorId: string | null }>(
    orders.em.fork(),
    sql`select p.id as "actorId" from order_events e
          join participants p on p.order_id = e.order_id and (p.id::text = e.actor_id or p.user_id::text = e.actor_id)
        where e.order_id = ${orderId} and e.version = 1 and e.actor = 'host' limit 1`,
  );
  return placed?.actorId ?? undefined;
}
