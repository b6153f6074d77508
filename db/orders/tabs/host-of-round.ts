/** Who leads a round at its deadline, and what she has to pay. */

import { sql } from 'kysely';
import { PAID_SHARES, SHARES_TO_PAY } from '../../../domain/share.ts';
import type { Database } from '../../database.ts';
import { literals, queryFirst } from '../../sql.ts';

export interface RoundToCover {
  /** Who leads the tab now; whoever sent the round, if she has left. */
  readonly hostId: string;
  /** Her account, if she has one. */
  readonly userId: string | null;
  /** The shares that can be covered, or are hers to pay. */
  readonly shareIds: readonly string[];
  /** How many shares are unpaid, whatever is in progress. */
  readonly unpaidCount: number;
}

/** Reads an order that awaits payment; undefined for any other. */
export async function readRoundToCover(orders: Database, orderId: string): Promise<RoundToCover | undefined> {
  return queryFirst<RoundToCover>(
    orders.em.fork(),
    sql`select host.id as "hostId", host.user_id as "userId",
          coalesce((select json_agg(s.id order by s.id) from shares s where s.order_id = o.id
            and s.bill_version = o.bill_version and s.status in (${literals(SHARES_TO_PAY)})), '[]') as "shareIds",
          (select count(*)::int from shares s where s.order_id = o.id and s.bill_version = o.bill_version
            and s.status not in (${literals(PAID_SHARES)})) as "unpaidCount"
        from orders o left join tabs t on t.id = o.tab_id
          cross join lateral (
            select id, user_id, 1 as rank from tab_participants where id = t.host_participant_id and left_at is null
            union all select id, user_id, 2 from participants where order_id = o.id and id = o.host_participant_id
            order by rank limit 1) as host
        where o.id = ${orderId} and o.status = 'awaiting_payment' and not o.closing`,
  );
}

/** Reads an order's deadline; null if it has none. */
export async function readDeadline(orders: Database, orderId: string): Promise<Date | null> {
  const row = await queryFirst<{ deadline: string | null }>(
    orders.em.fork(),
    sql`select deadline from orders where id = ${orderId}`,
  );
  return row?.deadline ? new Date(row.deadline) : null;
}
