/** Notes that whoever makes an order has seen what was changed of it. */

import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { queryFirst, run } from '../../sql.ts';
import { changeOrder, type OrdersManager } from '../orders/change-order.ts';

/**
 * Notes that the kitchen has seen a change and those before it; each keeps who saw it first. Returns false if the order
 * has no such change that was applied. Safe to repeat.
 */
export async function seeChanges(
  orders: Database,
  { orderId, changeId, agentId }: { orderId: string; changeId: string; agentId: string },
): Promise<boolean> {
  const newest = await queryFirst<{ billVersion: number }>(
    orders.em.fork(),
    sql`select bill_version as "billVersion" from changes
        where id = ${changeId} and order_id = ${orderId} and status = 'applied'`,
  );
  if (!newest) return false;
  await changeOrder(orders, orderId, `change:${changeId}:seen`, async (_order, em) => {
    const isNews = await noteSeen(em, orderId, agentId, newest.billVersion);
    return isNews ? { type: 'change_seen', actor: 'agent', actorId: agentId } : undefined;
  });
  return true;
}

/** Marks all changes of an order up to a version of its bill as seen; returns whether one was not. */
export async function noteSeen(
  em: OrdersManager,
  orderId: string,
  agentId: string,
  upTo: number | null = null,
): Promise<boolean> {
  const written = await run(
    em,
    sql`update changes set seen_at = now(), seen_by = ${agentId}
        where order_id = ${orderId} and status = 'applied' and seen_at is null
          and bill_version <= coalesce(${upTo}::int, bill_version)`,
  );
  return written > 0;
}
