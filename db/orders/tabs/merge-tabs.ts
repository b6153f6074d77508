/** Merges a tab into another: everything of it is the other's from then on, and it is closed. */

import { sql } from 'kysely';
import { LIMITS } from '../../../domain/limits.ts';
import { mayMerge } from '../../../domain/merge-tabs.ts';
import { hasEnded, RUNNING_STATUSES } from '../../../domain/order.ts';
import { nameApart } from '../../../domain/participant-name.ts';
import { hasTabEnded, TAB_LIMITS } from '../../../domain/tab.ts';
import type { Database } from '../../database.ts';
import { anyOf, literals, query, queryFirst, run } from '../../sql.ts';
import type { TabParticipantRow, TabRow } from '../entities/tab.ts';
import { changeOrderIn, type OrdersManager } from '../orders/change-order.ts';
import { readBasket } from './basket-lines.ts';
import { changeTabIn, type TabChanged, type TabCommand } from './change-tab.ts';
import { stopCharging } from './charge-card.ts';
import { endCards, readLiveCard } from './live-card.ts';
import { forgetKnocks } from './knocks.ts';
import { isSamePlace, listRunningOrders, movedBy, withTheseOrders } from './move-tab.ts';
import { readPeople, unreadyAll } from './tab-people.ts';
import { TabRefused } from './tab-refused.ts';

/** Which tab becomes part of which. */
export interface TabMerge {
  readonly tabId: string;
  readonly intoId: string;
}

/** Both tabs as they are now, and the orders that had not ended, which are another tab's now. */
export interface TabsMerged {
  readonly merged: TabChanged;
  readonly into: TabChanged;
  readonly orderIds: readonly string[];
}

/**
 * Merges a tab into another, in one transaction. People keep their ids, rounds count on after those of the other tab, and
 * those that have not ended go to its place. Payments in progress come along: whatever ends them locks their order
 * first, as this does, and finds the tab to which it belongs by then. Safe to repeat. Throws TabRefused: not_found,
 * tab_ended, tabs_differ, tab_full, or illegal_transition while a round of the merged tab is to be paid before it is made.
 */
export async function mergeTabs(
  orders: Database,
  { tabId, intoId }: TabMerge,
  { actor, actorId }: Pick<TabCommand, 'actor' | 'actorId'>,
): Promise<TabsMerged> {
  const command = { actor, actorId };
  return withTheseOrders(orders, tabId, listOrders, async (em, ids, assertAll) => {
    await run(em, sql`select id from orders where id = ${anyOf(ids)} order by kind, id for no key update`);
    await run(em, sql`select id from tabs where id in (${tabId}, ${intoId}) order by id for no key update`);
    let orderIds: readonly string[] = [];
    const change = async (tab: TabRow, into: TabRow) => {
      await assertMergeable(em, tab, into);
      orderIds = await takeOver(em, tab, into, command);
      return { type: 'merged', data: { tabId } } as const;
    };
    let other: TabChanged | undefined;
    const merged = await changeTabIn(em, tabId, { ...command, key: `merged_into:${intoId}` }, async (tab) => {
      if (hasTabEnded(tab.status)) throw new TabRefused('tab_ended');
      await assertAll();
      const key = `merged:${tabId}`;
      other = await changeTabIn(em, intoId, { ...command, key }, (into) => change(tab, into));
      await forgetKnocks(em, tabId);
      Object.assign(tab, {
        ...{ status: 'closed', closedAt: new Date(), mergedInto: intoId },
        ...{ joinCode: null, joinSecret: null },
      } satisfies Partial<TabRow>);
      return { type: 'merged_into', data: { tabId: intoId } };
    });
    const into = other ?? (await changeTabIn(em, intoId, command, () => undefined));
    return { merged, into, orderIds };
  });
}

/** All orders of a tab: those that are locked first come first (ADR 8). */
async function listOrders(em: OrdersManager, tabId: string): Promise<string[]> {
  const rows = await query<{ id: string }>(em, sql`select id from orders where tab_id = ${tabId}`);
  return rows.map(({ id }) => id);
}

async function assertMergeable(em: OrdersManager, tab: TabRow, into: TabRow): Promise<void> {
  if (into.status !== 'open') throw new TabRefused('tab_ended');
  if (!mayMerge(tab, into)) throw new TabRefused('tabs_differ');
  if (tab.settlement !== 'before') return;
  // Whoever leads the other tab has not agreed to what happens at its deadline, and may have to pay for it.
  const unpaid = await queryFirst(
    em,
    sql`select from orders where tab_id = ${tab.id} and status in (${literals(RUNNING_STATUSES)}) limit 1`,
  );
  if (unpaid) throw new TabRefused('illegal_transition', { reason: 'being_paid' });
}

/** Gives everything of a tab to another one, and returns its orders that have not ended. Throws tab_full. */
async function takeOver(
  em: OrdersManager,
  tab: TabRow,
  into: TabRow,
  command: Pick<TabCommand, 'actor' | 'actorId'>,
): Promise<readonly string[]> {
  const people = await readPeople(em, tab.id);
  const others = await readPeople(em, into.id);
  const basket = [...(await readBasket(em, into.id)), ...(await readBasket(em, tab.id))];
  const total = basket.reduce((sum, { amount }) => sum + amount, 0);
  const isFull =
    people.length + others.length > TAB_LIMITS.people ||
    basket.length > TAB_LIMITS.lines ||
    total > LIMITS.amount;
  if (isFull) throw new TabRefused('tab_full');
  const rounds = await countRounds(em, into.id);
  const orderIds = await takeOverOrders(em, tab, into, rounds, command);
  await moveRows(em, tab, into, rounds, namesAmong(others, people));
  await unreadyAll(em, into.id);
  await moveCards(em, tab.id, into.id);
  return orderIds;
}

/** The card on file of the other tab stays; without one, that of the merged tab is charged for both. */
async function moveCards(em: OrdersManager, tabId: string, intoId: string): Promise<void> {
  await stopCharging(em, tabId);
  if (await readLiveCard(em, intoId)) await endCards(em, tabId, 'live');
  await run(em, sql`update tab_cards set tab_id = ${intoId} where tab_id = ${tabId}`);
}

async function countRounds(em: OrdersManager, tabId: string): Promise<number> {
  const row = await queryFirst<{ rounds: number }>(
    em,
    sql`select coalesce(max(round), 0)::int as rounds from orders where tab_id = ${tabId}`,
  );
  return row!.rounds;
}

/** Rounds and payments that have not ended: who prepares, pays or follows them hears of it, and so do their workflows. */
async function takeOverOrders(
  em: OrdersManager,
  tab: TabRow,
  into: TabRow,
  rounds: number,
  command: Pick<TabCommand, 'actor' | 'actorId'>,
): Promise<readonly string[]> {
  const place = into.place ?? null;
  const orderIds = await listRunningOrders(em, tab.id);
  for (const id of orderIds) {
    await changeOrderIn(em, id, `merged:${into.id}`, (order) => {
      if (hasEnded(order.status)) return undefined;
      if (order.round != null && place && !isSamePlace(order.place, place))
        Object.assign(order, { movedFrom: order.place ?? null, place });
      Object.assign(order, { tabId: into.id, round: order.round == null ? null : rounds + order.round });
      return movedBy(command, 'tab_merged');
    });
  }
  return orderIds;
}

/** What is left, in one statement: the keys of people and of their lines change together. */
async function moveRows(
  em: OrdersManager,
  tab: TabRow,
  into: TabRow,
  rounds: number,
  names: readonly { readonly id: string; readonly name: string }[],
): Promise<void> {
  const ids = names.map(({ id }) => id);
  await run(em, sql`select id from tab_participants where id = ${anyOf(ids)} order by id for no key update`);
  await run(
    em,
    sql`with last as (
          select (select coalesce(max(position), 0) from tab_participants where tab_id = ${into.id}) as person,
            (select coalesce(max(position), 0) from lines where tab_id = ${into.id}) as line),
        person as (
          update tab_participants p set tab_id = ${into.id}, position = last.person + p.position, shown_name = given.name,
            is_ready = false, former_tab_ids = array_append(p.former_tab_ids, ${tab.id}::uuid)
          from last, json_to_recordset(${JSON.stringify(names)}::json) as given (id uuid, name text)
          where p.id = given.id),
        line as (
          update lines set tab_id = ${into.id}, position = last.line + lines.position from last where tab_id = ${tab.id}),
        reduction as (update reductions set tab_id = ${into.id} where tab_id = ${tab.id})
        update orders set tab_id = ${into.id}, round = round + ${rounds}::int where tab_id = ${tab.id}`,
  );
}

/** The names under which people of a tab are shown beside those of another: who can, keeps hers. */
function namesAmong(
  others: readonly TabParticipantRow[],
  people: readonly TabParticipantRow[],
): { id: string; name: string }[] {
  const names = others.map(({ shownName }) => shownName);
  const isFree = ({ shownName }: TabParticipantRow) => nameApart(shownName, names) === shownName;
  const kept = people.filter(isFree);
  const taken = [...names, ...kept.map(({ shownName }) => shownName)];
  return people.map((person) => {
    if (kept.includes(person)) return { id: person.id, name: person.shownName };
    const name = nameApart(person.shownName, taken);
    taken.push(name);
    return { id: person.id, name };
  });
}
