/** The staff's board, coalesced: at most ten batches a second, with each order once per version. */

import type { Logger } from 'pino';
import type { Database } from '../../db/database.ts';
import { readOrders, type OrderRecord } from '../../db/orders/orders/read-order.ts';
import { coalesceChanges } from './coalesce-changes.ts';
import type { OrderFeed } from './order-feed.ts';

const REMEMBERED_VERSIONS = 5_000;

/** Calls `emit` with changes of the board while `isWatched`. Orders that left the board are sent one last time. */
export function startBoardFeed(options: {
  orders: Database;
  feed: OrderFeed;
  logger: Logger;
  isWatched: () => boolean;
  emit: (records: readonly OrderRecord[]) => void;
}): { stop(): void } {
  const { orders } = options;
  const emitted = new Map<string, number>();

  const changes = coalesceChanges({
    ...options,
    tell: async (ids) => {
      const news = (await readOrders(orders, ids)).filter(isNews);
      for (const { order } of news) remember(order.id, order.version);
      if (news.length > 0) options.emit(news);
    },
  });

  /** Staff get an order only once it is paid, and each version once. */
  function isNews({ order }: OrderRecord): boolean {
    return order.confirmedAt !== null && (emitted.get(order.id) ?? 0) < order.version;
  }

  function remember(id: string, version: number): void {
    emitted.delete(id);
    emitted.set(id, version);
    for (const oldest of emitted.keys()) {
      if (emitted.size <= REMEMBERED_VERSIONS) break;
      emitted.delete(oldest);
    }
  }

  return { stop: changes.stop };
}
