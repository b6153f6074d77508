/** Tells a tab of its rounds: an event of the tab, in the transaction of the order's event that it follows from. */

import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { TabActor, TabEventData, TabEventType } from '../../../domain/tab.ts';
import { list, run, type Sql } from '../../sql.ts';

/** What a tab tells of one of its rounds. */
export interface TabNews {
  readonly type: TabEventType;
  readonly data?: Omit<TabEventData, 'status' | 'orderId'>;
  readonly actor?: TabActor;
  readonly actorId?: string | null;
  /** The dedupe key of the order's event that it follows from: one tab event each. */
  readonly follows: string;
}

/** What is told of a settlement that charges the card on file. */
const OF_CARD: Partial<Record<TabEventType, TabEventType>> = {
  payment_made: 'card_charged',
  claim_ended: 'card_refused',
};

/**
 * Returns the parts of a statement on the order `before` that tell its tab: the tab's next version and its event. They
 * write nothing for an order without a tab. What is told of a settlement says whose it is, and how much without the tip.
 * `demanded` is a further condition, as SQL that starts with `and`.
 */
export function tabNewsParts(news: TabNews, demanded: Sql = sql``): Sql[] {
  const { type, actor = 'workflow', actorId = null, follows, data = {} } = news;
  return [
    sql`tab as (
        update tabs set version = tabs.version + 1, updated_at = clock_timestamp()
        from before where tabs.id = before.tab_id${demanded}
        returning tabs.id, tabs.status, tabs.version, before.id as order_id,
          case when before.tab_card_id is null then ${type} else ${OF_CARD[type] ?? type} end as type,
          case when before.kind = 'settlement' then jsonb_build_object(
            'participantId', before.host_participant_id, 'amount', before.total_amount) else '{}' end as payment)`,
    sql`tab_event as (
        insert into tab_events (tab_id, version, type, at, actor, actor_id, dedupe_key, data)
        select tab.id, tab.version, tab.type, clock_timestamp(), ${actor}, ${actorId}, tab.order_id || ':' || ${follows},
          tab.payment || ${JSON.stringify(data)}::jsonb || jsonb_build_object('status', tab.status, 'orderId', tab.order_id)
        from tab)`,
  ];
}

/** Tells the tab of an order that this transaction has locked, if it has one. */
export async function tellTab(
  em: SqlEntityManager,
  order: { readonly id: string; readonly tabId?: string | null | undefined },
  news: TabNews,
): Promise<void> {
  if (!order.tabId) return;
  await run(
    em,
    sql`with before as (select * from orders where id = ${order.id}), ${list(tabNewsParts(news))} select from tab`,
  );
}
