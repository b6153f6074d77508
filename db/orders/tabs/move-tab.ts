/** Moves a tab to another place, with everything of it that is on its way. */

import { sql } from 'kysely';
import type { Place } from '../../../domain/contract/places.ts';
import { ENDED_STATUSES, hasEnded } from '../../../domain/order.ts';
import { hasTabEnded } from '../../../domain/tab.ts';
import type { Database } from '../../database.ts';
import { literals, query, queryFirst } from '../../sql.ts';
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
    return await withRunningRounds(orders, tabId, async (em, roundIds) => {
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

function isSamePlace(one: Place | null | undefined, other: Place): boolean {
  // Stored JSON has its keys in an order of its own.
  const fieldsOf = ({ kind, spotId, label, area, name, note }: Place) =>
    JSON.stringify([kind, spotId, label, area, name, note]);
  return one != null && fieldsOf(one) === fieldsOf(other);
}

/** Who has moved a tab is who has moved its orders: for an order, all of its people are its host. */
export function movedBy({ actor, actorId }: TabCommand, type: 'moved' = 'moved'): EventDraft {
  return actor === 'agent' ? { type, actor, actorId: actorId! } : { type, actor: 'host', actorId };
}

async function readTabAt(em: OrdersManager, spotId: string): Promise<string | undefined> {
  const row = await queryFirst<{ id: string }>(
    em,
    sql`select id from tabs where spot_id = ${spotId} and closed_at is null`,
  );
  return row?.id;
}

/** A round was sent between reading which ones run and locking the tab. */
class RoundsChanged extends Error {}

/**
 * Runs `change` in a transaction with the ids of the tab's rounds that have not ended, in the order in which it must lock
 * them, before it locks the tab (ADR 8). Once it has, no round is among them that it was not given.
 */
async function withRunningRounds<Result>(
  orders: Database,
  tabId: string,
  change: (em: OrdersManager, roundIds: readonly string[]) => Promise<Result>,
): Promise<Result> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      return await orders.em.fork().transactional(async (em) => {
        const roundIds = await listRunningRounds(em, tabId);
        const result = await change(em, roundIds);
        const sent = (await listRunningRounds(em, tabId)).filter((id) => !roundIds.includes(id));
        if (sent.length > 0) throw new RoundsChanged();
        return result;
      });
    } catch (error) {
      if (!(error instanceof RoundsChanged) || attempts === ATTEMPTS) throw error;
    }
  }
}

async function listRunningRounds(em: OrdersManager, tabId: string): Promise<string[]> {
  const rows = await query<{ id: string }>(
    em,
    sql`select id from orders where tab_id = ${tabId} and kind = 'goods' and status not in (${literals(ENDED_STATUSES)})
        order by id`,
  );
  return rows.map(({ id }) => id);
}
