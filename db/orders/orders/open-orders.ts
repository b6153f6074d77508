/** The orders that staff work on: on the board, or to be paid at the counter. */

import { sql } from 'kysely';
import { BOARD_STATUSES } from '../../../domain/order.ts';
import type { Database } from '../../database.ts';
import { literals, query, queryFirst, type Sql } from '../../sql.ts';
import { TO_PAY } from './read-order.ts';

const IS_ON_BOARD = sql`o.status in (${literals(BOARD_STATUSES)})`;

/** A truncated list, and the number of rows that it leaves out. */
export interface CutList {
  readonly ids: string[];
  readonly hidden: number;
}

/** Returns the ids of the orders on the board, longest waiting first, at most `limit`. */
export function listBoard(orders: Database, limit: number): Promise<CutList> {
  return listCut(orders, IS_ON_BOARD, sql`o.created_at, o.id`, limit);
}

/** Returns the ids of the orders to be paid at the counter, newest first, at most `limit`. */
export function listCounter(orders: Database, limit: number): Promise<CutList> {
  return listCut(orders, TO_PAY, sql`o.created_at desc, o.id`, limit);
}

async function listCut(orders: Database, where: Sql, order: Sql, limit: number): Promise<CutList> {
  const em = orders.em.fork();
  const rows = await query<{ id: string }>(
    em,
    sql`select o.id from orders o where ${where} order by ${order} limit ${limit + 1}`,
  );
  const ids = rows.slice(0, limit).map(({ id }) => id);
  if (rows.length <= limit) return { ids, hidden: 0 };
  const all = await queryFirst<{ count: number }>(
    em,
    sql`select count(*)::int as count from orders o where ${where}`,
  );
  return { ids, hidden: all!.count - limit };
}
