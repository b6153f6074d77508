/**
 * The way to change a tab: its row and the event of the next version, in one transaction, once. Steps of a round's
 * order that its tab tells of use tell-tab.ts instead.
 */

import { sql } from 'kysely';
import {
  isTabTransition,
  type TabActor,
  type TabEventData,
  type TabEventType,
  type TabStatus,
} from '../../../domain/tab.ts';
import type { Database } from '../../database.ts';
import { list, mapRows, query, run, selectRow } from '../../sql.ts';
import { changedColumns } from '../changed-columns.ts';
import { TabEntity, TabEventEntity, type TabEventRow, type TabRow } from '../entities/tab.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { TabRefused } from './tab-refused.ts';

/** Who asks for a change: a participant by her id, a staff member by her account. */
export interface TabCommand {
  readonly actor: TabActor;
  readonly actorId: string | null;
  /** A repeat with the same key changes nothing; by default, every command is another one. */
  readonly key?: string | undefined;
  /** SHA-256 of the request body: the key is refused with another one. */
  readonly requestHash?: string | undefined;
}

/** A tab's status and the version of its newest event. */
export interface TabStanding {
  readonly id: string;
  readonly status: TabStatus;
  readonly version: number;
}

/** An event from the command that causes it. */
export interface TabEventDraft {
  readonly type: TabEventType;
  readonly data?: Omit<TabEventData, 'status'>;
}

/** The result of a command. */
export interface TabChanged {
  /** The command's event, written now or by an earlier run; undefined if there was nothing to change. */
  readonly event: TabEventRow | undefined;
  readonly tab: TabStanding;
}

/** What alters a tab under its row lock. */
type TabChange = (
  tab: TabRow,
  em: OrdersManager,
) => Promise<TabEventDraft | undefined> | TabEventDraft | undefined;

/** Thrown when the transitions table doesn't allow a change of status for its actor; nothing was written. */
export class TabTransitionRefused extends Error {
  constructor(tabId: string, from: TabStatus, to: TabStatus) {
    super(`tab ${tabId} is ${from}: it cannot become ${to}`);
  }
}

/**
 * Changes a tab under its row lock: `change` alters the row and its related rows, and returns the event, or undefined
 * for no change. The event gets the next version. Repeated with the same key, it changes nothing and returns the first
 * event. Throws TabRefused if there is no such tab, for a key of another request, or as `change` does, and
 * TabTransitionRefused; then nothing was written.
 */
export async function changeTab(
  orders: Database,
  tabId: string,
  command: TabCommand,
  change: TabChange,
): Promise<TabChanged> {
  return orders.em.fork().transactional((em) => changeTabIn(em, tabId, command, change));
}

/** Like `changeTab`, in the caller's transaction. */
export async function changeTabIn(
  em: OrdersManager,
  tabId: string,
  command: TabCommand,
  change: TabChange,
): Promise<TabChanged> {
  const dedupeKey = command.key ?? crypto.randomUUID();
  const { tab, before } = await lockTab(em, tabId, dedupeKey);
  const found = { ...tab };
  if (before) {
    assertSame(before, command);
    return { event: before, tab: standingOf(tab) };
  }
  const draft = await change(tab, em);
  if (!draft) return { event: undefined, tab: standingOf(found) };
  assertTransition(found, tab.status, command.actor);
  tab.version = found.version + 1;
  tab.updatedAt = new Date();
  if (command.actor !== 'workflow' && draft.type !== 'knocked') tab.lastActivityAt = tab.updatedAt;
  const event: TabEventRow = {
    tabId,
    version: tab.version,
    type: draft.type,
    at: tab.updatedAt,
    actor: command.actor,
    actorId: command.actorId,
    dedupeKey,
    requestHash: command.requestHash ?? null,
    data: { status: tab.status, ...draft.data },
  };
  await writeChange(em, found, tab, event);
  return { event, tab: standingOf(tab) };
}

function assertSame({ requestHash: before }: TabEventRow, { requestHash }: TabCommand): void {
  if (before && requestHash && before !== requestHash) throw new TabRefused('idempotency_conflict');
}

function assertTransition(found: TabRow, to: TabStatus, by: TabActor): void {
  if (found.status !== to && !isTabTransition(found.status, to, by))
    throw new TabTransitionRefused(found.id, found.status, to);
}

function standingOf({ id, status, version }: TabRow): TabStanding {
  return { id, status, version };
}

/**
 * Locks the tab's row and returns it, with this command's event if it exists. See `lockOrder`, which does the same, for
 * why the event may have to be read again. Whoever locks both locks the order first (ADR 8).
 */
async function lockTab(
  em: OrdersManager,
  tabId: string,
  dedupeKey: string,
): Promise<{ tab: TabRow; before: TabEventRow | undefined }> {
  const [row] = await query<{ version: number; seen: number; before: object | null }>(
    em,
    sql`select t.*, seen.version as seen, to_json(e) as before
     from tabs t join tabs seen on seen.id = t.id
       left join tab_events e on e.tab_id = t.id and e.dedupe_key = ${dedupeKey}
     where t.id = ${tabId} for no key update of t`,
  );
  if (!row) throw new TabRefused('not_found');
  const { seen, before: early, ...columns } = row;
  const before =
    seen === row.version
      ? mapRows(em, TabEventEntity, early ? [early] : [])[0]
      : await selectRow(em, TabEventEntity, sql`tab_id = ${tabId} and dedupe_key = ${dedupeKey}`);
  return { tab: mapRows(em, TabEntity, [columns])[0]!, before };
}

async function writeChange(em: OrdersManager, found: TabRow, tab: TabRow, event: TabEventRow): Promise<void> {
  await run(
    em,
    sql`with event as (
       insert into tab_events (tab_id, version, type, at, actor, actor_id, dedupe_key, request_hash, data)
       values (${event.tabId}, ${event.version}, ${event.type}, ${event.at}, ${event.actor}, ${event.actorId},
         ${event.dedupeKey}, ${event.requestHash}, ${JSON.stringify(event.data)}))
     update tabs set ${list(changedColumns(em, TabEntity, found, tab))} where id = ${tab.id}`,
  );
}
