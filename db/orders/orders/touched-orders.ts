/** Orders with recent requests of people: the messages to their workflows may have been lost. */

import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { query } from '../../sql.ts';

/** An order with a recent request, and its version. */
export interface TouchedOrder {
  readonly orderId: string;
  readonly version: number;
}

/** Returns orders that somebody changed, or asked to cancel, in that range of seconds ago, latest first. */
export async function listTouchedOrders(
  orders: Database,
  { fromSeconds, toSeconds, limit }: { fromSeconds: number; toSeconds: number; limit: number },
): Promise<TouchedOrder[]> {
  return query<TouchedOrder>(
    orders.em.fork(),
    sql`select o.id as "orderId", o.version from orders o join (
       select order_id, max(at) as at from (
         select order_id, at from order_events where actor <> 'workflow' and version > 1
           and at between now() - make_interval(secs => ${fromSeconds}) and now() - make_interval(secs => ${toSeconds})
         union all
         select order_id, created_at from cancel_requests where refused_at is null
           and created_at between now() - make_interval(secs => ${fromSeconds}) and now() - make_interval(secs => ${toSeconds})
       ) as touched group by order_id) as last on last.order_id = o.id
     order by last.at desc limit ${limit}`,
  );
}

/** Returns orders with mails that have been due for that many seconds and were never attempted, oldest first. */
export async function listUntriedMails(
  orders: Database,
  { seconds, limit }: { seconds: number; limit: number },
): Promise<TouchedOrder[]> {
  return query<TouchedOrder>(
    orders.em.fork(),
    sql`select o.id as "orderId", o.version from orders o join (
       select order_id, min(created_at) as at from mails
       where status = 'due' and attempts = 0 and (claimed_until is null or claimed_until <= now()) and order_id is not null
         and created_at < now() - make_interval(secs => ${seconds})
       group by order_id) as waiting on waiting.order_id = o.id
     order by waiting.at limit ${limit}`,
  );
}

/** Returns orders with a question whose time has been over for that many seconds, oldest first. */
export async function listOverdueQuestions(
  orders: Database,
  { seconds, limit }: { seconds: number; limit: number },
): Promise<TouchedOrder[]> {
  return query<TouchedOrder>(
    orders.em.fork(),
    sql`select o.id as "orderId", o.version from questions q join orders o on o.id = q.order_id
        where q.status = 'open' and q.deadline < now() - make_interval(secs => ${seconds})
        order by q.deadline limit ${limit}`,
  );
}
