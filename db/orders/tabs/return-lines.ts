/** Gives the lines of a round that ended before it was confirmed back to its tab. */

import { sql } from 'kysely';
import { removePeople } from '../../../domain/basket.ts';
import { deriveId } from '../../ids.ts';
import { anyOf, run, selectRow, selectRows } from '../../sql.ts';
import { LineEntity } from '../entities/order.ts';
import { TabEntity } from '../entities/tab.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { withSharers } from '../orders/sharers.ts';
import { asBasketLine, insertLines } from './basket-lines.ts';
import { presentOf, readPeople } from './tab-people.ts';

/**
 * Puts copies of a round's lines into the basket, if its tab is open; the order keeps its own. What belongs to people
 * who have left stays away, as if they had left after it came back. Runs once, after `tellTab`, which locks the tab.
 */
export async function returnLines(
  em: OrdersManager,
  order: { readonly id: string; readonly tabId?: string | null | undefined },
): Promise<void> {
  const { tabId } = order;
  if (!tabId) return;
  const tab = await selectRow(em, TabEntity, sql`id = ${tabId} and status = 'open'`);
  if (!tab) return;
  const present = new Set(presentOf(await readPeople(em, tabId)).map(({ id }) => id));
  const lines = await selectRows(em, LineEntity, sql`order_id = ${order.id} order by position`);
  const returned = removePeople(lines.map(withSharers), (id) => !present.has(id));
  await insertLines(
    em,
    tabId,
    returned.map((line) => ({ ...asBasketLine(line), id: deriveId('line', 'returned', line.id) })),
  );
}

/**
 * Takes lines out of an order that nobody pays any more: they move back to the basket, if the tab is open and their
 * owner is in it, and are removed otherwise. Runs after `tellTab`, which locks the tab.
 */
export async function takeLinesOut(
  em: OrdersManager,
  order: { readonly id: string; readonly tabId?: string | null | undefined },
  ids: readonly string[],
): Promise<void> {
  await run(
    em,
    sql`with open as (
          select t.id, (select coalesce(max(position), 0) from lines where tab_id = t.id) as last
          from tabs t where t.id = ${order.tabId ?? null} and t.status = 'open'),
        moved as (
          update lines set order_id = null, tab_id = open.id, version = version + 1,
            position = open.last + array_position(${ids}::uuid[], lines.id)
          from open, tab_participants p
          where lines.id = ${anyOf(ids)} and order_id = ${order.id} and p.id = lines.participant_id and p.tab_id = open.id
            and p.left_at is null
          returning lines.id)
        delete from lines where id = ${anyOf(ids)} and order_id = ${order.id} and id not in (select id from moved)`,
  );
}
