/** The one way an order changes: its row and the event of the next version, in one transaction, once. */

import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { EventData, EventType } from '../../domain/events.ts';
import type { Database } from '../database.ts';
import { mapRows, selectRow } from '../rows.ts';
import { EventEntity, OrderEntity, type EventRow, type OrderRow } from './entities.ts';

export type OrdersManager = SqlEntityManager;

/** What happened, as the step that did it says. */
export interface EventDraft {
  readonly type: EventType;
  readonly actor?: 'host' | 'agent' | 'workflow';
  readonly actorId?: string | null;
  readonly data?: Omit<EventData, 'status'>;
}

/** Thrown when an order to be changed is not in the database. */
export class OrderMissing extends Error {
  constructor(orderId: string) {
    super(`order ${orderId} is not in the orders database`);
  }
}

/**
 * Changes an order under its row lock: `change` alters the row and what belongs to it and answers the event, or
 * undefined for no change. The event gets the next version. Repeated with the same `dedupeKey`, nothing is
 * changed and the first event is answered again. Entities that `change` loads are written when it has ended.
 */
export async function changeOrder(
  orders: Database,
  orderId: string,
  dedupeKey: string,
  change: (
    order: OrderRow,
    em: OrdersManager,
    version: number,
  ) => Promise<EventDraft | undefined> | EventDraft | undefined,
): Promise<EventRow | undefined> {
  return orders.em.fork().transactional(async (em) => {
    const { order, before } = await lockOrder(em, orderId, dedupeKey);
    if (before) return before;
    const found = { ...order };
    const version = order.version + 1;
    const draft = await change(order, em, version);
    if (!draft) return undefined;
    order.version = version;
    order.updatedAt = new Date();
    const event: EventRow = {
      orderId,
      version,
      type: draft.type,
      at: order.updatedAt,
      actor: draft.actor ?? 'workflow',
      actorId: draft.actorId ?? null,
      dedupeKey,
      data: { status: order.status, ...draft.data },
    };
    await writeChange(em, found, order, event);
    return event;
  });
}

/**
 * Locks the order's row and answers it, with the event of this step if it was done before. PostgreSQL reads the event
 * as it was before the lock was waited for, if it was: then the row's version is not the one seen at first, and the
 * event is looked for again.
 */
async function lockOrder(
  em: OrdersManager,
  orderId: string,
  dedupeKey: string,
): Promise<{ order: OrderRow; before: EventRow | undefined }> {
  const [row] = await em.execute<{ version: number; seen: number; before: object | null }[]>(
    `select o.*, seen.version as seen, to_json(e) as before
     from orders o join orders seen on seen.id = o.id
       left join order_events e on e.order_id = o.id and e.dedupe_key = ?
     where o.id = ? for update of o`,
    [dedupeKey, orderId],
  );
  if (!row) throw new OrderMissing(orderId);
  const { seen, before: early, ...columns } = row;
  const before =
    seen === row.version
      ? mapRows(em, EventEntity, early ? [early] : [])[0]
      : await selectRow(em, EventEntity, 'order_id = ? and dedupe_key = ?', [orderId, dedupeKey]);
  return { order: mapRows(em, OrderEntity, [columns])[0]!, before };
}

/** Writes what differs between the two rows, and the event, in one statement. */
async function writeChange(
  em: OrdersManager,
  found: OrderRow,
  order: OrderRow,
  event: EventRow,
): Promise<void> {
  const { properties } = em.getMetadata().get(OrderEntity);
  const changed = (Object.keys(order) as (keyof OrderRow & string)[]).filter(
    (name) => order[name]?.valueOf() !== found[name]?.valueOf(),
  );
  const columns = changed.map((name) => `${properties[name].fieldNames[0]} = ?`);
  await em.execute(
    `with event as (
       insert into order_events (order_id, version, type, at, actor, actor_id, dedupe_key, data)
       values (?, ?, ?, ?, ?, ?, ?, ?))
     update orders set ${columns.join(', ')} where id = ?`,
    [
      event.orderId,
      event.version,
      event.type,
      event.at,
      event.actor,
      event.actorId,
      event.dedupeKey,
      JSON.stringify(event.data),
      ...changed.map((name) => order[name]),
      event.orderId,
    ],
    'run',
  );
}
