/** The agents' board, coalesced: whatever happens, at most ten batches a second, each order once per version. */

import type { Logger } from 'pino';
import type { Config } from '../../config.ts';
import type { OrderForAgents } from '../../domain/contract/orders.ts';
import type { WholeList } from '../../domain/socket.ts';
import type { Database } from '../../db/database.ts';
import { listBoard } from '../../db/orders/orders/open-orders.ts';
import { readOrders, type OrderRecord } from '../../db/orders/orders/read-order.ts';
import { presentForAgents } from '../orders/present-order.ts';
import { coalesceChanges } from './coalesce-changes.ts';
import type { OrderFeed } from './order-feed.ts';

/** More open orders than any kitchen has. Those that have waited longest are shown, and how many are not is told. */
const BOARD_LIMIT = 3_000;
const REMEMBERED_VERSIONS = 5_000;

export interface BoardFeed {
  /** The whole board, what has waited longest first. */
  read(): Promise<WholeList>;
  stop(): void;
}

/** Calls `emit` with what changed on the board, as long as `isWatched`. Orders that left it come a last time. */
export function startBoardFeed(options: {
  config: Config;
  orders: Database;
  feed: OrderFeed;
  logger: Logger;
  isWatched: () => boolean;
  emit: (orders: OrderForAgents[]) => void;
  /** For tests; by default more than any kitchen has open. */
  limit?: number;
}): BoardFeed {
  const { config, orders } = options;
  const emitted = new Map<string, number>();

  const changes = coalesceChanges({
    ...options,
    tell: async (ids) => {
      const news = (await readOrders(orders, ids)).filter(isNews);
      for (const { order } of news) remember(order.id, order.version);
      if (news.length > 0) options.emit(news.map((record) => presentForAgents(config, record)));
    },
  });

  /** Agents hear of an order only once it is paid for; and of a version once. */
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

  return {
    read: async () => {
      const { ids, hidden } = await listBoard(orders, options.limit ?? BOARD_LIMIT);
      const records = await readOrders(orders, ids);
      return { orders: records.map((record) => presentForAgents(config, record)), hidden };
    },
    stop: changes.stop,
  };
}
