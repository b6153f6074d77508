/** Moves a tab to another place, with everything of it that is on its way. */

import { sql } from 'kysely';
import type { Place } from '../../../domain/contract/places.ts';
import { ENDED_STATUSES, hasEnded } from '../../../domain/order.ts';
import { hasTabEnded } from '../../../domain/tab.ts';
import type { Database } from '../../database.ts';
import { literals, query, queryFirst, type Sql } from '../../sql.ts';
import { changeOrderIn, type EventDraft, type OrdersManager } from '../orders/change-order.ts';
import { changeTabIn, type TabChanged, type TabCommand } from './change-tab.ts';
import { TabRefused } from './tab-refused.ts';

/** Where a tab goes. */
export interface TabMove {
  readonly place: Place;
  /** The spot at which it is from now on, so that nobody else opens a tab there; null: its people have only chosen it. */
  readonly spotId: string | null;
}

/** The tab, and the orders that go to the new place. */
export interface TabMoved extends TabChanged {
  readonly orderIds: readonly string[];
}

/** How often it begins anew if another round was sent meanwhile. */
const ATTEMPTS = 5;

/**
 * Moves the tab and all its rounds that have not ended, in one transaction, with an event of each. Changes nothing of what
 * is there already. Repeated with the same key, it changes nothing. Throws TabRefused: not_found, tab_ended, or spot_taken with the `tabId`
 * that is at the spot.
 */
export async function moveTab(
  orders: Database,
  tabId: string,
  command: TabCommand,
  { place, spotId }: TabMove,
): Promise<TabMoved> {
  const key = command.key ?? crypto.randomUUID();
  try {
    return await withTheseOrders(orders, tabId, listRunningRounds, async (em, roundIds, assertAll) => {
      const orderIds: string[] = [];
      for (const id of roundIds) {
        const { event } = await changeOrderIn(em, id, `moved:${key}`, (order) => {
          if (hasEnded(order.status) || isSamePlace(order.place, place)) return undefined;
          Object.assign(order, { movedFrom: order.place ?? null, place });
          return movedBy(command);
        });
        if (event) orderIds.push(id);
      }
      const changed = await changeTabIn(em, tabId, { ...command, key: `moved:${key}` }, async (tab) => {
        if (hasTabEnded(tab.status)) throw new TabRefused('tab_ended');
        await assertAll();
        if (isSamePlace(tab.place, place) && (tab.spotId ?? null) === spotId) return undefined;
        const there = spotId === null ? undefined : await readTabAt(em, spotId);
        if (there !== undefined && there !== tabId) throw new TabRefused('spot_taken', { tabId: there });
        Object.assign(tab, { place, spotId });
        return { type: 'moved' };
      });
      return { ...changed, orderIds };
    });
  } catch (error) {
    // Somebody has opened one there in the same moment.
    if ((error as { constraint?: string }).constraint !== 'tabs_spot_id') throw error;
    const there = await readTabAt(orders.em.fork(), spotId!);
    throw new TabRefused('spot_taken', there === undefined ? {} : { tabId: there });
  }
}

export function isSamePlace(one: Place | null | undefined, other: Place): boolean {
  // Stored JSON has its keys in an order of its own.
  const fieldsOf = ({ kind, spotId, label, area, name, note }: Place) =>
    JSON.stringify([kind, spotId, label, area, name, note]);
  return one != null && fieldsOf(one) === fieldsOf(other);
}

/** Who has moved a tab is who has moved its orders: for an order, all of its people are its host. */
export function movedBy(
  { actor, actorId }: Pick<TabCommand, 'actor' | 'actorId'>,
  type: 'moved' | 'tab_merged' = 'moved',
): EventDraft {
  return actor === 'agent' ? { type, actor, actorId: actorId! } : { type, actor: 'host', actorId };
}

async function readTabAt(em: OrdersManager, spotId: string): Promise<string | undefined> {
  const row = await queryFirst<{ id: string }>(
    em,
    sql`select id from tabs where spot_id = ${spotId} and closed_at is null`,
  );
  return row?.id;
}

/** A round was sent, or a payment begun, between reading the tab's orders and locking the tab. */
class OrdersChanged extends Error {}

/**
 * Runs `change` in a transaction with the orders of a tab that `list` returns, which it locks before the tab (ADR 8). Once
 * it has locked both, there are no others: if there are, it begins anew.
 */
export async function withTheseOrders<Result>(
  orders: Database,
  tabId: string,
  list: (em: OrdersManager, tabId: string) => Promise<string[]>,
  change: (em: OrdersManager, orderIds: readonly string[], assertAll: () => Promise<void>) => Promise<Result>,
): Promise<Result> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await orders.em.fork().transactional(async (em) => {
        const ids = await list(em, tabId);
        return change(em, ids, async () => {
          if ((await list(em, tabId)).some((id) => !ids.includes(id))) throw new OrdersChanged();
        });
      });
    } catch (error) {
      if (!(error instanceof OrdersChanged) || attempts === ATTEMPTS) throw error;
    }
  }
}

/** Returns the rounds of a tab that have not ended, in the order in which they are locked. */
async function listRunningRounds(em: OrdersManager, tabId: string): Promise<string[]> {
  return listRunning(em, sql`tab_id = ${tabId} and kind = 'goods'`);
}

/** Returns the rounds and payments of a tab that have not ended, in the order in which they are locked. */
export async function listRunningOrders(em: OrdersManager, tabId: string): Promise<string[]> {
  return listRunning(em, sql`tab_id = ${tabId}`);
}

async function listRunning(em: OrdersManager, given: Sql): Promise<string[]> {
  const rows = await query<{ id: string }>(
    em,
    sql`select id from orders where ${given} and status not in (${literals(ENDED_STATUSES)}) order by kind, id`,
  );
  return rows.map(({ id }) => id);
}
