/** What tabs owe and were paid, summed by the database: for lists, which read many tabs at once. */

import { sql } from 'kysely';
import { ENDED_STATUSES, GIVEN_UP_STATUSES } from '../../../domain/order.ts';
import type { CardRefusedFor } from '../../../domain/tab-card.ts';
import { CLAIM_STATUSES } from '../../../domain/settlement.ts';
import { KEPT_SHARES, UNPAID_SHARES } from '../../../domain/share.ts';
import { literals } from '../../sql.ts';
import { OPEN_AMOUNT } from './write-off.ts';

const IS_BILLED = sql`o.tab_id = t.id and o.kind = 'goods' and o.status not in (${literals(GIVEN_UP_STATUSES)})`;
const ITS_SHARES = sql`shares s where s.order_id = o.id and s.bill_version = o.bill_version`;

/** Settled before: the unpaid shares of its rounds. A round whose stock is not held yet has no shares: all of it is owed. */
const OWED_BEFORE = sql`(select sum(case when exists (select from ${ITS_SHARES})
    then (select coalesce(sum(s.amount), 0) from ${ITS_SHARES} and s.status in (${literals(UNPAID_SHARES)}))
    else o.total_amount end)
  from orders o where ${IS_BILLED})`;
const PAID_BEFORE = sql`(select sum(greatest(0, s.amount - s.refunded_amount))
  from orders o join shares s on s.order_id = o.id and s.bill_version = o.bill_version
  where ${IS_BILLED} and s.status in (${literals(KEPT_SHARES)}))`;

/** Settled after: what is open of its lines, and what somebody is paying right now. */
const OWED_AFTER = sql`${OPEN_AMOUNT} + coalesce((select sum(o.total_amount) from orders o
  where o.tab_id = t.id and o.kind = 'settlement' and o.status in (${literals(CLAIM_STATUSES)})), 0)`;

/** Refunds give the goods back before the tip. */
const PAID_AFTER = sql`(select sum(greatest(0, s.amount - s.refunded_amount))
  from orders o join shares s on s.order_id = o.id
  where o.tab_id = t.id and o.kind = 'settlement' and o.status = 'completed')`;

/**
 * Joins to the tab `t`, as `sums`, the columns of `TabSums`. They are those of `presentTab`, which has them line by line.
 */
export const TAB_SUMS = sql`lateral (select
    coalesce(case t.settlement when 'after' then ${OWED_AFTER} else ${OWED_BEFORE} end, 0)::int as "owedAmount",
    coalesce(case t.settlement when 'after' then ${PAID_AFTER} else ${PAID_BEFORE} end, 0)::int as "paidAmount",
    (select count(*)::int from orders o where o.tab_id = t.id and o.kind = 'goods'
      and o.status not in (${literals(ENDED_STATUSES)})) as "runningRounds",
    (select c.refused from tab_cards c where c.tab_id = t.id and c.status = 'live') as "cardRefused",
    (select max(o.created_at) from orders o where o.tab_id = t.id and o.kind = 'goods') as "lastOrderAt") sums`;

export interface TabSums {
  readonly owedAmount: number;
  readonly paidAmount: number;
  /** Rounds that are being paid or prepared. */
  readonly runningRounds: number;
  readonly lastOrderAt: string | null;
  /** Why its card on file was refused. */
  readonly cardRefused: CardRefusedFor | null;
}
