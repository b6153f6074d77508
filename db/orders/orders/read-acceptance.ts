/** Reads whether an order that is not decided yet may still be accepted. */

import { sql } from 'kysely';
import type { EventData } from '../../../domain/events.ts';
import type { OrderStatus } from '../../../domain/order.ts';
import type { OnDeadline } from '../../../domain/tab.ts';
import type { Database } from '../../database.ts';
import { query } from '../../sql.ts';
import { EventEntity } from '../entities/order.ts';

/** An order's status, by the database's clock. `isLate`: a hold decided from now on is refused. */
export interface Acceptance {
  readonly status: OrderStatus;
  readonly isLate: boolean;
}

/**
 * Reads an order's acceptance after every pending change has committed: once it returns placing and late, no later read
 * returns accepted. Returns undefined for an unknown order.
 */
export async function readAcceptance(orders: Database, orderId: string): Promise<Acceptance | undefined> {
  return orders.em.fork().transactional(async (em) => {
    const [order] = await query<{ status: OrderStatus }>(
      em,
      sql`select status from orders where id = ${orderId} for share`,
    );
    if (!order) return undefined;
    // A separate statement, so that the clock is read after the lock is acquired.
    const [clock] = await query<{ isLate: boolean }>(
      em,
      sql`select clock_timestamp() > accept_before as "isLate" from orders where id = ${orderId}`,
    );
    return { status: order.status, isLate: clock!.isLate };
  });
}

export interface PlacedOrder {
  readonly requestHash: string;
  /** The account that placed it; null for a guest. */
  readonly userId: string | null;
  readonly status: OrderStatus;
  readonly totalAmount: number;
  readonly currency: string;
  /** Of a round: its tab, what happens at its deadline, and whether it is paid after. */
  readonly tabId: string | null;
  readonly onDeadline: OnDeadline | null;
  readonly paidAfter: boolean;
}

/** Reads the request behind an order from its row, by primary key; undefined if there is none. */
export async function readPlacedOrder(orders: Database, orderId: string): Promise<PlacedOrder | undefined> {
  const [row] = await query<PlacedOrder>(
    orders.em.fork(),
    sql`select request_hash as "requestHash", user_id as "userId", status, total_amount as "totalAmount", currency,
       tab_id as "tabId", on_deadline as "onDeadline", paid_after as "paidAfter"
     from orders where id = ${orderId}`,
  );
  return row;
}

/** Returns the shortages for which an order was rejected. */
export async function readShortages(
  orders: Database,
  orderId: string,
): Promise<NonNullable<EventData['shortages']>> {
  const event = await orders.em.fork().findOne(EventEntity, { orderId, type: 'rejected' });
  return event?.data.shortages ?? [];
}
