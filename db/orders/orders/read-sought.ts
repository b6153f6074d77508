/** By what operators look for the workflows of orders. */

import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { anyOf, query } from '../../sql.ts';

/** An order's number, and the tab of which it is a round; null: it has none. */
export interface SoughtBy {
  readonly orderNumber: number | null;
  readonly tabId: string | null;
}

/** Returns by what the workflows of an order are found; nothing for an unknown one. */
export async function readSought(orders: Database, orderId: string): Promise<Partial<SoughtBy>> {
  return (await readSoughtBy(orders, [orderId])).get(orderId) ?? {};
}

/** Returns by what each of the orders is found, by its id. */
export async function readSoughtBy(
  orders: Database,
  orderIds: readonly string[],
): Promise<ReadonlyMap<string, SoughtBy>> {
  if (orderIds.length === 0) return new Map();
  const rows = await query<SoughtBy & { id: string }>(
    orders.em.fork(),
    sql`select id, number as "orderNumber", tab_id as "tabId" from orders where id = ${anyOf(orderIds)}`,
  );
  return new Map(rows.map(({ id, ...by }) => [id, by]));
}
