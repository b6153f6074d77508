/** Whom an open change of a round waits for: the tab tells it, since that is where its people are. */

import { sql } from 'kysely';
import { PAID_SHARES } from '../../../domain/share.ts';
import { literals, type Sql } from '../../sql.ts';
import type { ChangeRow } from '../entities/change.ts';
import type { OrderRow } from '../entities/order.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { tellTab } from '../tabs/tell-tab.ts';

/** Those who are to agree to the open change of the order `o`, or to pay what staff leave to them; null if nobody. */
export const ASKED: Sql = sql`
  case when o.change_id is not null then (select json_agg(y.participant_id order by y.participant_id)
    from change_payers y join changes c on c.id = y.change_id left join shares s on s.id = y.share_id
    where y.change_id = o.change_id and c.status = 'held'
      and (y.agreed_at is null or (c.made_by <> 'guest' and y.pay_amount > 0 and s.status not in (${literals(PAID_SHARES)})))) end`;

/** Tells the tab of an order that a change of it waits for somebody, or that one that did was given up. */
export async function tellAsked(
  em: OrdersManager,
  order: Pick<OrderRow, 'id' | 'tabId'>,
  { madeBy, actorId, participantId, questionId }: ChangeRow,
  { type, follows }: { type: 'change_asked' | 'change_over'; follows: string },
): Promise<void> {
  // An answer about what has run out asks nobody.
  if (questionId) return;
  const by =
    type === 'change_over'
      ? ({ actor: 'workflow', actorId: null } as const)
      : madeBy === 'guest'
        ? ({ actor: 'participant', actorId: participantId ?? null } as const)
        : ({ actor: 'agent', actorId: actorId ?? null } as const);
  await tellTab(em, order, { type, follows, ...by });
}
