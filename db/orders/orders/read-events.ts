import { sql } from 'kysely';
import type { PublicEvent } from '../../../domain/contract/orders.ts';
import type { EventRow } from '../entities/order.ts';
import type { Database } from '../../database.ts';
import { anyOf, query } from '../../sql.ts';
import { presentEvent, presentOrder, SNAPSHOT, type OrderRecord, type SnapshotRow } from './read-order.ts';

/** News of an order: its events above a version, oldest first, and the order at the last of them. */
export interface OrderNews {
  readonly record: OrderRecord;
  readonly events: readonly PublicEvent[];
}

/** Reads the news of several orders, each above its own version, in one query; orders without any are left out. */
export async function readNews(
  orders: Database,
  above: readonly { orderId: string; version: number }[],
): Promise<OrderNews[]> {
  if (above.length === 0) return [];
  const rows = await query<
    SnapshotRow & { events: Pick<EventRow, 'orderId' | 'version' | 'type' | 'actor' | 'data' | 'at'>[] }
  >(
    orders.em.fork(),
    sql`select ${SNAPSHOT} as snapshot,
         (select json_agg(json_build_object('orderId', e.order_id, 'version', e.version, 'type', e.type, 'at', e.at,
            'actor', e.actor, 'data', e.data) order by e.version)
          from order_events e where e.order_id = o.id and e.version > w.version) as events
       from json_to_recordset(${JSON.stringify(above)}::json) as w ("orderId" uuid, version int)
         join orders o on o.id = w."orderId" and o.version > w.version
       -- Of JSON, a hundred rows are expected.
       where o.id = ${anyOf(above.map(({ orderId }) => orderId))}`,
  );
  return rows.map(({ snapshot, events }) => ({
    record: presentOrder(orders, snapshot),
    events: events.map(presentEvent),
  }));
}
