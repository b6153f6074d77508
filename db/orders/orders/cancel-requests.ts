/** What people ask to have canceled, written by the API before the workflow is told its id. Safe to repeat. */

import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { run } from '../../sql.ts';
import { CancelRequestEntity } from '../entities/order.ts';

/** Someone's wish to cancel. Written before with the same id, the first row stays, and is to be seen to again. */
export async function insertCancelRequest(
  orders: Database,
  request: {
    id: string;
    orderId: string;
    reason: string | null;
    restock: boolean;
    actor: 'host' | 'agent';
    actorId: string;
  },
): Promise<void> {
  await run(
    orders.em.fork(),
    sql`insert into cancel_requests (id, order_id, reason, restock, actor, actor_id)
     values (${request.id}, ${request.orderId}, ${request.reason}, ${request.restock}, ${request.actor}, ${request.actorId}) on conflict (id) do update set refused_at = null`,
  );
}

/** A cancel request, or undefined. */
export async function readCancelRequest(orders: Database, id: string) {
  return (await orders.em.fork().findOne(CancelRequestEntity, { id })) ?? undefined;
}

/** Notes that a wish to cancel was refused, so that nobody sees to it later. Safe to repeat. */
export async function refuseCancelRequest(orders: Database, id: string): Promise<void> {
  await run(
    orders.em.fork(),
    sql`update cancel_requests set refused_at = now() where id = ${id} and refused_at is null`,
  );
}
