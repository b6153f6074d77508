/** `GET /api/board`: orders that are paid and not handed over yet, as the caller may see them. */

import type { Config } from '../../config.ts';
import type { Board, BoardOrder } from '../../domain/contract/board.ts';
import { workOf } from '../../domain/contract/work.ts';
import { mayRole, type Role } from '../../domain/permissions.ts';
import type { Database } from '../../db/database.ts';
import { listBoard } from '../../db/orders/orders/open-orders.ts';
import { readOrders, type OrderRecord } from '../../db/orders/orders/read-order.ts';
import type { Reads } from '../http/reads.ts';
import type { Handlers } from '../http/route.ts';
import { presentForAgents } from './present-order.ts';

/** More open orders than any kitchen has. The longest-waiting are shown, with the count of those left out. */
export const BOARD_LIMIT = 3_000;

/** The board's two views: orders with all that staff see, or only what is to be made. */
export const BOARD_VIEWS = ['inside', 'work'] as const;
export type BoardView = (typeof BOARD_VIEWS)[number];

export function boardViewOf(role: Role): BoardView {
  return mayRole(role, 'order.read_inside') ? 'inside' : 'work';
}

export function presentOnBoard(config: Config, view: BoardView, record: OrderRecord): BoardOrder {
  return view === 'inside' ? presentForAgents(config, record) : workOf(record.order, record.allergies);
}

/** Reads the whole board, longest-waiting first. */
export async function readBoard(
  orders: Database,
  { config, view, limit }: { config: Config; view: BoardView; limit: number },
): Promise<Board> {
  const { ids, hidden } = await listBoard(orders, limit);
  const records = await readOrders(orders, ids);
  return { orders: records.map((record) => presentOnBoard(config, view, record)), hidden };
}

export function boardRoutes({ config, reads }: { config: Config; reads: Reads }) {
  return {
    'GET /api/board': async ({ user }) => ({
      status: 200,
      body: await readBoard(reads.orders, { config, view: boardViewOf(user.role), limit: BOARD_LIMIT }),
    }),
  } satisfies Partial<Handlers>;
}
