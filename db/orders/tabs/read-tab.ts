/** Reads tabs in the form of the contract. */

import { ASKED } from '../changes/asked.ts';
import { sql } from 'kysely';
import type { TabEvent } from '../../../domain/contract/tabs.ts';
import type { TabStatus } from '../../../domain/tab.ts';
import type { Database } from '../../database.ts';
import { readTogether } from '../../read-together.ts';
import { anyOf, exactTime, query, selectRows, type Sql } from '../../sql.ts';
import { TabEventEntity } from '../entities/tab.ts';
import { OWING } from './owing.ts';
import {
  presentPeople,
  presentTab,
  presentTabEvent,
  type TabPeople,
  type TabRecord,
  type TabSnapshot,
} from './present-tab.ts';
import { TAB_SUMS } from './tab-sums.ts';

/** Selects the people of the tab `t`; of a merged one, those who came from it. */
const PEOPLE = sql`case when t.merged_into is null
      then (select json_agg(p order by p.position) from tab_participants p where p.tab_id = t.id)
      else (select json_agg(p order by p.position) from tab_participants p
        where p.former_tab_ids <> '{}' and p.former_tab_ids @> array[t.id]) end`;

/** Returns one tab, or undefined. */
export async function readTab(orders: Database, id: string): Promise<TabRecord | undefined> {
  const [record] = await readTabs(orders, [id]);
  return record;
}

/** Returns a tab's people, or undefined: it costs the same however much the tab has had. */
export const readTabPeople = readTogether<TabPeople>(
  async (orders, ids) => {
    const em = orders.em.fork();
    const rows = await query<{ snapshot: Pick<TabSnapshot, 'tab' | 'people'> }>(
      em,
      sql`select json_build_object('tab', to_json(t), 'people', ${PEOPLE}) as snapshot from tabs t where t.id = ${anyOf(ids)}`,
    );
    return rows.map(({ snapshot }) => presentPeople(em, snapshot));
  },
  ({ tab }) => tab.id,
);

/** Returns the existing tabs with these ids, in the order of the ids, from one consistent snapshot. */
export async function readTabs(orders: Database, ids: readonly string[]): Promise<TabRecord[]> {
  if (ids.length === 0) return [];
  const em = orders.em.fork();
  const rows = await query<{ snapshot: TabSnapshot }>(
    em,
    sql`select ${SNAPSHOT} as snapshot from tabs t where t.id = ${anyOf(ids)}`,
  );
  const records = new Map(
    rows.map(({ snapshot }) => presentTab(em, snapshot)).map((record) => [record.tab.id, record]),
  );
  return ids.flatMap((id) => records.get(id) ?? []);
}

/** Selects everything of the tab `t` that `presentTab` needs. */
const SNAPSHOT = sql`
  json_build_object(
    'tab', to_json(t),
    'people', ${PEOPLE},
    'knocks', (select json_agg(k order by k.created_at) from knocks k
               where k.tab_id = t.id and k.status = 'waiting' and k.expires_at > now()),
    'lines', (select json_agg(l order by l.position) from lines l where l.tab_id = t.id),
    'card', (select to_json(c) from tab_cards c where c.tab_id = t.id and c.status = 'live'),
    'rounds', (select json_agg(json_build_object('orderId', o.id, 'round', o.round, 'number', o.number,
                 'version', o.version, 'status', o.status, 'totalAmount', o.total_amount, 'createdAt', o.created_at, 'shares',
                 case when not o.paid_after then (select json_agg(json_build_object('participantId', s.participant_id, 'amount', s.amount,
                    'tipAmount', s.tip_amount, 'refundedAmount', s.refunded_amount, 'status', s.status))
                  from shares s where s.order_id = o.id and s.bill_version = o.bill_version) end,
                 'questions', case when o.open_questions > 0 then (select json_agg(q order by q.created_at, q.id)
                  from questions q where q.order_id = o.id and q.status = 'open') end, 'asked', ${ASKED}) order by o.round)
               from orders o where o.tab_id = t.id and o.kind = 'goods'),
    'owing', case when t.settlement = 'after' then ${OWING} end
  )`;

/** Returns a tab's events above `after`, oldest first, each with the name of the line that it is about. */
export async function readTabEvents(
  orders: Database,
  tabId: string,
  { after, limit }: { after: number; limit?: number },
): Promise<TabEvent[]> {
  const em = orders.em.fork();
  const rows = await selectRows(
    em,
    TabEventEntity,
    sql`tab_id = ${tabId} and version > ${after} order by version limit ${limit ?? null}`,
  );
  const lineIds = rows.flatMap(({ data }) => data.lineId ?? []);
  const lines =
    lineIds.length === 0
      ? []
      : await query<{ id: string; name: string }>(
          em,
          sql`select id, name from lines where id = ${anyOf(lineIds)}`,
        );
  const names = new Map(lines.map(({ id, name }) => [id, name]));
  return rows.map((row) => {
    const lineName = names.get(row.data.lineId ?? '');
    return { ...presentTabEvent(row), ...(lineName !== undefined && { lineName }) };
  });
}

/** A tab, and the version above which its news are wanted. */
export interface TabVersion {
  readonly tabId: string;
  readonly version: number;
}

/** Returns these tabs as they are now, with the events of each above its version; none that has no news. */
export async function readTabNews(
  orders: Database,
  above: readonly TabVersion[],
): Promise<{ record: TabRecord; events: TabEvent[] }[]> {
  if (above.length === 0) return [];
  const em = orders.em.fork();
  const rows = await query<{ snapshot: TabSnapshot; events: object[] }>(
    em,
    sql`select ${SNAPSHOT} as snapshot, news.events
        from json_to_recordset(${JSON.stringify(above)}::json) as above ("tabId" uuid, version int)
          join tabs t on t.id = above."tabId" and t.version > above.version
          cross join lateral (
            select json_agg(json_build_object('tabId', e.tab_id, 'version', e.version, 'type', e.type, 'at', e.at,
              'actor', e.actor, 'actorId', e.actor_id, 'data', e.data) order by e.version) as events
            from tab_events e where e.tab_id = t.id and e.version > above.version) as news
        -- Of JSON, a hundred rows are expected.
        where t.id = ${anyOf(above.map(({ tabId }) => tabId))}`,
  );
  return rows.map(({ snapshot, events }) => ({
    record: presentTab(em, snapshot),
    events: events.map((event) => presentTabEvent(event as never)),
  }));
}

/** What somebody looks for a tab by. */
export interface SoughtTab {
  /** Words that must each occur in its title, its place or a name in it, compared as in domain/fold.ts. */
  readonly words: readonly string[];
  /** Its spoken code; or the amount of it, or of what was or is to be paid of it. Either is enough by itself. */
  readonly joinCode?: string | undefined;
  readonly amount?: number | undefined;
}

export interface TabFilter {
  readonly status?: TabStatus | undefined;
  /** Only tabs that have not ended. */
  readonly isRunning?: boolean | undefined;
  /** Only tabs of which something is still to be paid. */
  readonly isOwed?: boolean | undefined;
  readonly sought?: SoughtTab | undefined;
  /** Tabs of this account, or of these participants. Absent: all. */
  readonly of?:
    { readonly userId?: string | undefined; readonly participantIds: readonly string[] } | undefined;
  /** The end of the previous page, with the exact `createdAt` returned for it. */
  readonly before?: { readonly createdAt: string; readonly id: string } | undefined;
  readonly limit: number;
}

/** Returns the ids of a page of tabs, newest first, and the exact creation time of each. Nobody sees one she was removed from. */
export async function listTabIds(
  orders: Database,
  filter: TabFilter,
): Promise<{ id: string; createdAt: string }[]> {
  const isBefore =
    filter.before &&
    sql`(t.created_at, t.id) < (${filter.before.createdAt}::timestamptz, ${filter.before.id})`;
  return query<{ id: string; createdAt: string }>(
    orders.em.fork(),
    sql`select t.id, ${exactTime('t.created_at')} as "createdAt" from ${matching(filter)}
     ${isBefore ? sql`and ${isBefore}` : sql``}
     order by t.created_at desc, t.id desc limit ${filter.limit}`,
  );
}

/** Returns what all matching tabs together owe, in each currency in which something is owed. */
export async function readOwedAmounts(
  orders: Database,
  filter: Omit<TabFilter, 'before' | 'limit'>,
): Promise<{ currency: string; amount: number }[]> {
  return query<{ currency: string; amount: number }>(
    orders.em.fork(),
    sql`select t.currency, sum(sums."owedAmount")::float8 as amount from ${matching({ ...filter, isOwed: true })}
     group by t.currency order by t.currency`,
  );
}

/** The tabs `t` that match, up to the end of the condition. Sums are computed only for those that depend on them. */
function matching({ status, isRunning, isOwed, sought, of }: Omit<TabFilter, 'before' | 'limit'>): Sql {
  const conditions: Sql[] = [sql`true`];
  if (status) conditions.push(sql`t.status = ${status}`);
  if (isRunning) conditions.push(sql`t.closed_at is null`);
  if (of)
    conditions.push(
      sql`t.id in (select tab_id from tab_participants
           where (user_id = ${of.userId ?? null} or id = ${anyOf(of.participantIds)}) and not is_removed)`,
    );
  // A tab that has ended owes nothing.
  if (isOwed) conditions.push(sql`t.closed_at is null and sums."owedAmount" > 0`);
  if (sought) conditions.push(isFoundBy(sought));
  const needsSums = isOwed === true || sought?.amount !== undefined;
  return sql`tabs t ${needsSums ? sql`cross join ${TAB_SUMS}` : sql``} where ${sql.join(conditions, sql` and `)}`;
}

function isFoundBy({ words, joinCode, amount }: SoughtTab): Sql {
  const ways = [
    sql`(select bool_and(strpos(t.title_words, word) > 0 is true or strpos(${PLACE_WORDS}, word) > 0 or exists
          (select 1 from tab_participants p where p.tab_id = t.id and strpos(p.name_words, word) > 0))
        from unnest(${words}::text[]) as word)`,
    ...(joinCode === undefined ? [] : [sql`t.join_code = ${joinCode}`]),
    ...(amount === undefined
      ? []
      : [sql`${amount} in (sums."owedAmount", sums."paidAmount", sums."owedAmount" + sums."paidAmount")`]),
  ];
  return sql`(${sql.join(ways, sql` or `)})`;
}

/** As with the places of orders, the kind is a word that staff type, too. */
const PLACE_WORDS = sql`fold_text(concat_ws(' ', t.place->>'kind', t.place->>'label', t.place->>'area', t.place->>'name'))`;
