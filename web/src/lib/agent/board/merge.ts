/** How batches of changed orders become the board, and what is worth telling of the difference. */

import type { BoardOrder } from '#domain/contract/board.ts';
import { isOnBoard } from './columns.ts';

export type BoardOrders = ReadonlyMap<string, BoardOrder>;

export interface BoardChange {
  readonly orders: BoardOrders;
  /** Orders that were not on the board before. */
  readonly arrived: readonly BoardOrder[];
  /** Orders that are no longer on it, with the status they left in. */
  readonly left: readonly BoardOrder[];
}

/** Applies a batch. An order of a version not above the one shown is old news and dropped. */
export function applyBatch(shown: BoardOrders, batch: readonly BoardOrder[]): BoardChange {
  const orders = new Map(shown);
  const arrived: BoardOrder[] = [];
  const left: BoardOrder[] = [];
  for (const order of batch) {
    const known = orders.get(order.id);
    if (known && order.version <= known.version) continue;
    if (isOnBoard(order.status)) {
      orders.set(order.id, order);
      if (!known) arrived.push(order);
    } else if (known) {
      orders.delete(order.id);
      left.push(order);
    }
  }
  return { orders, arrived, left };
}

/** Replaces the board by the whole one that the server sent on watching. Never goes back to an older version. */
export function replaceBoard(shown: BoardOrders, whole: readonly BoardOrder[]): BoardChange {
  const orders = new Map<string, BoardOrder>();
  for (const order of whole) {
    const known = shown.get(order.id);
    orders.set(order.id, known && known.version > order.version ? known : order);
  }
  return {
    orders,
    arrived: [...orders.values()].filter((order) => !shown.has(order.id)),
    left: [...shown.values()].filter((order) => !orders.has(order.id)),
  };
}
