import type { PublicEvent } from '../../domain/contract.ts';
import type { EventData, EventType } from '../../domain/events.ts';
import type { Database } from '../database.ts';
import { presentEvent } from './read-order.ts';

/** The events of several orders above a version each, in one query: by order, then by version. */
export async function readEventsAbove(
  orders: Database,
  above: readonly { orderId: string; version: number }[],
): Promise<PublicEvent[]> {
  if (above.length === 0) return [];
  const rows = await orders.em.fork().execute<
    {
      orderId: string;
      version: number;
      type: EventType;
      at: Date | string;
      actor: PublicEvent['actor'];
      data: EventData;
    }[]
  >(
    `select e.order_id as "orderId", e.version, e.type, e.at, e.actor, e.data
     from order_events e
     join json_to_recordset(?::json) as w("orderId" uuid, version int)
       on e.order_id = w."orderId" and e.version > w.version
     order by e.order_id, e.version`,
    [JSON.stringify(above)],
  );
  return rows.map(presentEvent);
}
