/** The one way an order changes: its row and the event of the next version, in one transaction, once. */

import { LockMode } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { EventData, EventType } from '../../domain/events.ts';
import type { Database } from '../database.ts';
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
 * changed and the first event is answered again.
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
    const order = await em.findOne(OrderEntity, { id: orderId }, { lockMode: LockMode.PESSIMISTIC_WRITE });
    if (!order) throw new OrderMissing(orderId);
    const before = await em.findOne(EventEntity, { orderId, dedupeKey });
    if (before) return before;
    const version = order.version + 1;
    const draft = await change(order, em, version);
    if (!draft) return undefined;
    order.version = version;
    order.updatedAt = new Date();
    const event = em.create(EventEntity, {
      orderId,
      version,
      type: draft.type,
      at: order.updatedAt,
      actor: draft.actor ?? 'workflow',
      actorId: draft.actorId ?? null,
      dedupeKey,
      data: { status: order.status, ...draft.data },
    });
    em.persist(event);
    await em.flush();
    return event;
  });
}
