import { sql } from 'kysely';
import type { OrderKind } from '../../../domain/order.ts';
import type { Standing } from '../../../domain/standing.ts';
import type { Database } from '../../database.ts';
import { queryFirst } from '../../sql.ts';
import { OrderMissing, standingOf, type StandingRow } from './change-order.ts';

/** Reads an order's standing and whether it is goods or a settlement. Throws OrderMissing. */
export async function readKind(
  orders: Database,
  orderId: string,
): Promise<{ readonly order: Standing; readonly kind: OrderKind }> {
  const row = await queryFirst<StandingRow & { kind: OrderKind }>(
    orders.em.fork(),
    sql`select status, version, attention, number, kind from orders where id = ${orderId}`,
  );
  if (!row) throw new OrderMissing(orderId);
  return { order: standingOf(row), kind: row.kind };
}
