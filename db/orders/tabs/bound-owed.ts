/** How much a tab that is paid after may order as long as nothing was paid, read under its lock. */

import { sql } from 'kysely';
import { OPEN_CHANGES } from '../../../domain/order-change.ts';
import { GIVEN_UP_STATUSES } from '../../../domain/order.ts';
import { owedBoundReached, type OwedBound, type OwedBounds } from '../../../domain/unpaid.ts';
import { literals, query } from '../../sql.ts';
import type { LineRow } from '../entities/order.ts';
import type { OrdersManager } from '../orders/change-order.ts';

/**
 * Returns the limit that a round of these lines would exceed, or undefined. A line counts for whoever ordered it, and what
 * a change adds as soon as it was asked for. `orderId`: the round that they are added to.
 */
export async function readOwedBound(
  em: OrdersManager,
  tabId: string,
  lines: readonly Pick<LineRow, 'participantId' | 'amount'>[],
  bounds: OwedBounds,
  orderId?: string,
): Promise<OwedBound | undefined> {
  const open = await query<{ participantId: string; orderId: string; amount: number }>(
    em,
    sql`select l.participant_id as "participantId", o.id as "orderId", sum(l.amount - l.settled_amount)::int as amount
        from orders o join lines l on l.order_id = o.id and l.amount > l.settled_amount
        where o.tab_id = ${tabId} and o.paid_after and o.status not in (${literals(GIVEN_UP_STATUSES)})
        group by l.participant_id, o.id
        union all
        select more.key::uuid, o.id, more.value::int from orders o join changes c on c.id = o.change_id
          cross join jsonb_each_text(coalesce(c.draft->'owes', jsonb_build_object(
            coalesce(c.participant_id, o.host_participant_id)::text, c.difference_amount))) as more
        where o.tab_id = ${tabId} and o.paid_after and c.status in (${literals(OPEN_CHANGES)})
          and c.difference_amount > 0 and more.value::int > 0`,
  );
  const paid = await query<{ participantId: string }>(
    em,
    sql`select host_participant_id as "participantId" from orders
        where tab_id = ${tabId} and kind = 'settlement' and status = 'completed'`,
  );
  return owedBoundReached(bounds, {
    open,
    wanted: lines,
    ...(orderId !== undefined && { orderId }),
    payers: new Set(paid.map(({ participantId }) => participantId)),
  });
}
