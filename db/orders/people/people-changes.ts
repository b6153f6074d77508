/** What people did with orders: the messages about it to the orders' workflows may have been lost. */

import type { Database } from '../../database.ts';

/** An order that somebody did something with, and its version. */
export interface TouchedOrder {
  readonly orderId: string;
  readonly version: number;
}

/** Orders that somebody changed, or wished to cancel, between that many seconds ago, the latest first. */
export async function listTouchedOrders(
  orders: Database,
  { fromSeconds, toSeconds, limit }: { fromSeconds: number; toSeconds: number; limit: number },
): Promise<TouchedOrder[]> {
  return orders.em.fork().execute<TouchedOrder[]>(
    `select o.id as "orderId", o.version from orders o join (
       select order_id, max(at) as at from (
         select order_id, at from order_events where actor <> 'workflow' and version > 1
           and at between now() - make_interval(secs => ?) and now() - make_interval(secs => ?)
         union all
         select order_id, created_at from cancel_requests where refused_at is null
           and created_at between now() - make_interval(secs => ?) and now() - make_interval(secs => ?)
       ) as touched group by order_id) as last on last.order_id = o.id
     order by last.at desc limit ?`,
    [fromSeconds, toSeconds, fromSeconds, toSeconds, limit],
  );
}

/** Orders with mails that have been due for so many seconds and that nobody has tried to send, the oldest first. */
export async function listUntriedMails(
  orders: Database,
  { seconds, limit }: { seconds: number; limit: number },
): Promise<TouchedOrder[]> {
  return orders.em.fork().execute<TouchedOrder[]>(
    `select o.id as "orderId", o.version from orders o join (
       select order_id, min(created_at) as at from mails
       where status = 'due' and attempts = 0 and claimed_until is null and order_id is not null
         and created_at < now() - make_interval(secs => ?)
       group by order_id) as waiting on waiting.order_id = o.id
     order by waiting.at limit ?`,
    [seconds, limit],
  );
}
