/** What the workflow of a tab has to do, read from the record. */

import { sql } from 'kysely';
import { ENDED_TAB_STATUSES, type OnDeadline, type Settlement, type TabStatus } from '../../../domain/tab.ts';
import type { Reminder } from '../../../domain/round.ts';
import { RUNNING_STATUSES, type OrderKind, type OrderStatus } from '../../../domain/order.ts';
import type { Database } from '../../database.ts';
import { literals, mapRows, query, queryFirst, type Sql } from '../../sql.ts';
import { TabCardEntity, type TabCardRow } from '../entities/tab-card.ts';
import type { PageByIds } from '../reconciliation/reconciliation.ts';
import { OPEN_AMOUNT } from './write-off.ts';

/** A round that is not paid or given up yet. */
export interface RunningRound {
  readonly orderId: string;
  readonly kind: OrderKind;
  /** The card on file that it charges. */
  readonly tabCardId: string | null;
  readonly status: OrderStatus;
  readonly totalAmount: number;
  readonly deadline: Date | null;
  readonly onDeadline: OnDeadline | null;
  /** It is confirmed unpaid. */
  readonly paidAfter: boolean;
  /** When its stock was held; null before that. */
  readonly heldAt: Date | null;
  /** The tab's workflow has sent it, and so must start the order's. */
  readonly isSentByItself: boolean;
  /** The reminders that were written. */
  readonly reminded: readonly Reminder[];
}

export interface TabRecordForAgenda {
  readonly status: TabStatus;
  readonly version: number;
  readonly currency: string;
  readonly settlement: Settlement;
  /** What is open of a tab that is paid after. */
  readonly openAmount: number;
  readonly hasHadRounds: boolean;
  readonly isBasketEmpty: boolean;
  readonly lastPaidAt: Date | null;
  readonly hostParticipantId: string;
  readonly sendsWhenReady: boolean;
  readonly deadline: Date | null;
  readonly lastActivityAt: Date;
  /** Whether something is in the basket, and everybody whom it concerns has chosen. */
  readonly isReady: boolean;
  /** The card on file. */
  readonly card: TabCardRow | undefined;
  /** In the order of sending. */
  readonly rounds: readonly RunningRound[];
}

/** Whoever has ordered nothing and was not seen for so long does not keep the others waiting. */
const GONE = sql`interval '10 minutes'`;

/**
 * Whether the basket of the tab `t` can be sent by itself: everybody in the tab is ready. A host who orders nothing need
 * not be, nor anybody who orders nothing and is not there.
 */
const IS_READY: Sql = sql`coalesce((
  select bool_or(p.has_lines) and bool_and(p.is_ready or (not p.has_lines and
    (p.id = t.host_participant_id or p.seen_at < now() - ${GONE})))
  from (select p.*, exists (select from lines l
          where l.tab_id = t.id and (l.participant_id = p.id or p.id = any(l.shared_between))) as has_lines
        from tab_participants p where p.tab_id = t.id and p.left_at is null) as p), false)`;

/** Reads it, in one query; undefined for an unknown tab. */
export async function readAgenda(orders: Database, tabId: string): Promise<TabRecordForAgenda | undefined> {
  const em = orders.em.fork();
  const row = await queryFirst<AgendaRow>(
    em,
    sql`select t.status, t.version, t.currency, t.settlement,
          case when t.settlement = 'after' then ${OPEN_AMOUNT} else 0 end as "openAmount",
          exists (select from orders o where o.tab_id = t.id and o.number is not null) as "hasHadRounds",
          not exists (select from lines l where l.tab_id = t.id) as "isBasketEmpty",
          (select max(o.confirmed_at) from orders o where o.tab_id = t.id and o.kind = 'settlement') as "lastPaidAt",
          t.host_participant_id as "hostParticipantId",
          t.sends_when_ready as "sendsWhenReady", t.deadline, t.last_activity_at as "lastActivityAt",
          ${IS_READY} as "isReady",
          (select to_json(c) from tab_cards c where c.tab_id = t.id and c.status = 'live') as card,
          (select json_agg(json_build_object('orderId', o.id, 'kind', o.kind, 'tabCardId', o.tab_card_id, 'status', o.status, 'totalAmount', o.total_amount,
              'deadline', o.deadline, 'onDeadline', o.on_deadline, 'paidAfter', o.paid_after,
              'heldAt', (select at from order_events e where e.order_id = o.id and e.type = 'held' limit 1),
              'isSentByItself', exists (select from order_events e
                where e.order_id = o.id and e.version = 1 and e.actor = 'workflow'),
              'reminded', (select json_agg(e.data->>'reminder') from order_events e
                where e.order_id = o.id and e.type = 'reminded')) order by o.round)
           from orders o where o.tab_id = t.id and o.status in (${literals(RUNNING_STATUSES)})) as rounds
        from tabs t where t.id = ${tabId}`,
  );
  if (!row) return undefined;
  return {
    ...row,
    card: row.card ? mapRows(em, TabCardEntity, [row.card])[0] : undefined,
    deadline: dateOf(row.deadline),
    lastActivityAt: new Date(row.lastActivityAt),
    lastPaidAt: dateOf(row.lastPaidAt),
    rounds: (row.rounds ?? []).map(({ reminded, ...round }) => ({
      ...round,
      deadline: dateOf(round.deadline),
      heldAt: dateOf(round.heldAt),
      reminded: reminded ?? [],
    })),
  };
}

type Stored<Row, Dates extends keyof Row> = Omit<Row, Dates> & Record<Dates, string | null>;
type AgendaRow = Omit<
  Stored<TabRecordForAgenda, 'deadline' | 'lastActivityAt' | 'lastPaidAt'>,
  'rounds' | 'lastActivityAt' | 'card'
> & {
  readonly card: object | null;
  readonly lastActivityAt: string;
  readonly rounds:
    | (Omit<Stored<RunningRound, 'deadline' | 'heldAt'>, 'reminded'> & {
        reminded: readonly Reminder[] | null;
      })[]
    | null;
};

function dateOf(stored: string | null): Date | null {
  return stored === null ? null : new Date(stored);
}

/** Returns the ids of tabs that have not ended and are older than that, oldest first. */
export async function listUnendedTabs(orders: Database, { seconds }: { seconds: number }): Promise<string[]> {
  const rows = await query<{ id: string }>(
    orders.em.fork(),
    sql`select id from tabs where status not in (${literals(ENDED_TAB_STATUSES)})
          and created_at < now() - make_interval(secs => ${seconds}) order by created_at`,
  );
  return rows.map(({ id }) => id);
}

/**
 * Returns a page, by id, of the tabs that have had something to do for that many seconds: they are closing and nothing of
 * them runs any more, or what is open is to be charged to the card on file; or everybody is ready.
 */
export async function listTabsBehind(
  orders: Database,
  { seconds, after, limit }: PageByIds & { seconds: number },
): Promise<string[]> {
  const rows = await query<{ id: string }>(
    orders.em.fork(),
    sql`select t.id from tabs t
        where t.id > ${after} and t.closed_at is null and t.updated_at < now() - make_interval(secs => ${seconds}) and case
          when t.status = 'closing' then (t.settlement = 'before' or ${OPEN_AMOUNT} = 0 or exists (
              select from tab_cards c where c.tab_id = t.id and c.is_charging)) and not exists (
            select from orders o where o.tab_id = t.id and o.status in (${literals(RUNNING_STATUSES)}))
          else t.sends_when_ready and ${IS_READY} end
        order by t.id limit ${limit}`,
  );
  return rows.map(({ id }) => id);
}
