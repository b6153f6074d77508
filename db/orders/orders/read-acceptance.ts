/** Whether an order that nobody answered for yet may still be accepted. */

import { sql } from 'kysely';
import type { EventData } from '../../../domain/events.ts';
import type { OrderStatus } from '../../../domain/order.ts';
import type { Database } from '../../database.ts';
import { query } from '../../sql.ts';
import { EventEntity } from '../entities/order.ts';

/** Where an order stands, by the database's clock. `isLate`: a hold decided from now on is refused. */
export interface Acceptance {
  readonly status: OrderStatus;
  readonly isLate: boolean;
}

/**
 * Reads an order's acceptance after every change under way has ended: when it says placing and late, no later
 * read will say accepted. Undefined for an unknown order.
 */
export async function readAcceptance(orders: Database, orderId: string): Promise<Acceptance | undefined> {
  return orders.em.fork().transactional(async (em) => {
    const [order] = await query<{ status: OrderStatus }>(
      em,
      sql`select status from orders where id = ${orderId} for share`,
    );
    if (!order) return undefined;
    // A statement of its own, so that the clock is read after the lock was had.
    const [clock] = await query<{ isLate: boolean }>(
      em,
      sql`select clock_timestamp() > accept_before as "isLate" from orders where id = ${orderId}`,
    );
    return { status: order.status, isLate: clock!.isLate };
  });
}

export interface PlacedOrder {
  readonly requestHash: string;
  /** Whose account placed it; null for a guest. */
  readonly userId: string | null;
  readonly status: OrderStatus;
  readonly totalAmount: number;
  readonly currency: string;
}

/** What an order's row says of the request that made it, or undefined; one row by its key. */
export async function readPlacedOrder(orders: Database, orderId: string): Promise<PlacedOrder | undefined> {
  const [row] = await query<PlacedOrder>(
    orders.em.fork(),
    sql`select request_hash as "requestHash", user_id as "userId", status, total_amount as "totalAmount", currency
     from orders where id = ${orderId}`,
  );
  return row;
}

/** What was missing when an order was rejected for want of stock. */
export async function readShortages(
  orders: Database,
  orderId: string,
): Promise<NonNullable<EventData['shortages']>> {
  const event = await orders.em.fork().findOne(EventEntity, { orderId, type: 'rejected' });
  return event?.data.shortages ?? [];
}
