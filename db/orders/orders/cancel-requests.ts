/** Cancel requests, written by the API before the workflow receives their id. Safe to repeat. */

import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { run, selectRow } from '../../sql.ts';
import { CancelRequestEntity, OrderEntity } from '../entities/order.ts';

/** Writes a cancel request. If the id exists, the first row stays, and becomes pending again. */
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

/** Returns a cancel request, or undefined. */
export async function readCancelRequest(orders: Database, id: string) {
  return (await orders.em.fork().findOne(CancelRequestEntity, { id })) ?? undefined;
}

/** Marks a cancel request as refused, so that it isn't handled later. Safe to repeat. */
export async function refuseCancelRequest(orders: Database, id: string): Promise<void> {
  await run(
    orders.em.fork(),
    sql`update cancel_requests set refused_at = now() where id = ${id} and refused_at is null`,
  );
}

/** Returns whether an order was ended by this request. */
export async function isCanceledBy(
  orders: Database,
  orderId: string,
  cancelRequestId: string,
): Promise<boolean> {
  const ended = sql`id = ${orderId} and cancel_request_id = ${cancelRequestId}`;
  return (await selectRow(orders.em.fork(), OrderEntity, ended)) !== undefined;
}
