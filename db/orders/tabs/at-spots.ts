/** Which tab runs at a spot. */

import { sql } from 'kysely';
import type { Knocker } from '../../../domain/contract/places.ts';
import { ENDED_STATUSES, GIVEN_UP_STATUSES } from '../../../domain/order.ts';
import { DESERTED_MINUTES, type Settlement, type TabStatus } from '../../../domain/tab.ts';
import type { Database } from '../../database.ts';
import { anyOf, literals, mapRows, query, type Sql } from '../../sql.ts';
import { KnockEntity, type KnockRow } from '../entities/tab.ts';
import { changeTab } from './change-tab.ts';
import type { Joining } from './join-tab.ts';
import { presentKnocker } from './present-knock.ts';
import { TAB_SUMS, type TabSums } from './tab-sums.ts';

/** A tab that runs at a spot, as staff see it. */
export interface TabAtSpot extends Omit<TabSums, 'lastOrderAt'> {
  readonly spotId: string;
  readonly id: string;
  readonly title: string | null;
  readonly status: TabStatus;
  readonly settlement: Settlement;
  readonly currency: string;
  readonly people: number;
  readonly lastOrderAt: Date | null;
  readonly openedAt: Date;
  readonly lastActivityAt: Date;
  readonly knocks: readonly Knocker[];
}

type Stored = Omit<TabAtSpot, 'knocks' | 'openedAt' | 'lastActivityAt' | 'lastOrderAt'> & {
  readonly knocks: object[] | null;
  readonly openedAt: string;
  readonly lastActivityAt: string;
  readonly lastOrderAt: string | null;
};

const DESERTED = sql`now() - make_interval(mins => ${DESERTED_MINUTES})`;

/**
 * Whether the people of the tab `t` seem to have gone: nobody was seen for long, nothing of theirs is being paid or
 * prepared, and nothing is owed, about which somebody would have to decide.
 */
const IS_DESERTED: Sql = sql`(t.last_activity_at < ${DESERTED}
  and not exists (select from tab_participants p where p.tab_id = t.id and p.seen_at > ${DESERTED})
  and not exists (select from orders o where o.tab_id = t.id and o.status not in (${literals(ENDED_STATUSES)}))
  and not exists (select from orders o join lines l on l.order_id = o.id
    where o.tab_id = t.id and o.paid_after and l.settled_amount < l.amount
      and o.status not in (${literals(GIVEN_UP_STATUSES)})))`;

/** Returns the tabs that run at these spots; one whose people seem to have gone does not count. */
export async function listTabsAtSpots(orders: Database, spotIds: readonly string[]): Promise<TabAtSpot[]> {
  const em = orders.em.fork();
  const rows = await query<Stored>(
    em,
    sql`select t.spot_id as "spotId", t.id, t.title, t.status, t.settlement, t.currency, t.created_at as "openedAt",
          t.last_activity_at as "lastActivityAt", sums.*,
          (select count(*)::int from tab_participants p where p.tab_id = t.id and p.left_at is null) as people,
          (select json_agg(k order by k.created_at) from knocks k
           where k.tab_id = t.id and k.status = 'waiting' and k.expires_at > now()) as knocks
        from tabs t cross join ${TAB_SUMS}
        where t.spot_id = ${anyOf(spotIds)} and t.closed_at is null and not ${IS_DESERTED}`,
  );
  return rows.map(({ knocks, openedAt, lastActivityAt, lastOrderAt, ...row }) => ({
    ...row,
    openedAt: new Date(openedAt),
    lastOrderAt: lastOrderAt === null ? null : new Date(lastOrderAt),
    lastActivityAt: new Date(lastActivityAt),
    knocks: mapRows(em, KnockEntity, (knocks ?? []) as never[]).map(presentKnocker),
  }));
}

/** What somebody at a spot has to do with the tab that runs there. */
export interface SeatAtSpot {
  readonly tabId: string;
  readonly isLocked: boolean;
  /** Whether she is in it. */
  readonly isIn: boolean;
  /** Her own request to be let in, whatever became of it. */
  readonly knock: KnockRow | undefined;
}

/** Returns the tab that runs at a spot, from the view of somebody there; undefined if the spot is free. */
export async function readSeatAtSpot(
  orders: Database,
  spotId: string,
  { participantIds, userId }: Joining['known'],
): Promise<SeatAtSpot | undefined> {
  const em = orders.em.fork();
  const isHers = sql`(x.id = ${anyOf(participantIds)} or x.user_id = ${userId})`;
  const [row] = await query<Omit<SeatAtSpot, 'knock'> & { knock: object | null }>(
    em,
    sql`select t.id as "tabId", t.is_locked as "isLocked",
          exists (select from tab_participants x where x.tab_id = t.id and x.left_at is null and ${isHers}) as "isIn",
          (select to_json(x) from knocks x where x.tab_id = t.id and ${isHers}
           order by x.expires_at desc limit 1) as knock
        from tabs t where t.spot_id = ${spotId} and t.closed_at is null and not ${IS_DESERTED}`,
  );
  return row && { ...row, knock: row.knock ? mapRows(em, KnockEntity, [row.knock as never])[0] : undefined };
}

/** Frees the spot of a tab whose people seem to have gone: it goes on, but is not at the spot any more. */
export async function freeDesertedSpot(orders: Database, spotId: string): Promise<void> {
  const isAt = sql`t.spot_id = ${spotId} and t.closed_at is null and ${IS_DESERTED}`;
  const [found] = await query<{ id: string }>(orders.em.fork(), sql`select t.id from tabs t where ${isAt}`);
  if (!found) return;
  await changeTab(orders, found.id, { actor: 'workflow', actorId: null }, async (tab, em) => {
    // Somebody may have come back before the tab was locked.
    const [still] = await query(em, sql`select t.id from tabs t where t.id = ${found.id} and ${isAt}`);
    if (!still) return undefined;
    tab.spotId = null;
    return { type: 'spot_left' };
  });
}
