/** Orders to be paid at the counter, coalesced like the board. Sent only to staff who watch this list. */

import type { Logger } from 'pino';
import type { Config } from '../../config.ts';
import type { OrderForAgents } from '../../domain/contract/orders.ts';
import type { CounterChanged, WholeCounter } from '../../domain/socket.ts';
import type { Database } from '../../db/database.ts';
import { listCounter } from '../../db/orders/orders/open-orders.ts';
import { listOrderIds, readOrders } from '../../db/orders/orders/read-order.ts';
import { presentForAgents } from '../orders/present-order.ts';
import { coalesceChanges } from './coalesce-changes.ts';
import type { OrderFeed } from './order-feed.ts';

/** More than ever wait at a counter; the count of those left out is sent. */
const COUNTER_LIMIT = 3_000;

export interface CounterFeed {
  /** All orders to be paid, newest first. */
  read(): Promise<WholeCounter>;
  stop(): void;
}

/** Calls `emit` with orders that were added, changed or removed while `isWatched`. */
export function startCounterFeed(options: {
  config: Config;
  orders: Database;
  feed: OrderFeed;
  logger: Logger;
  isWatched: () => boolean;
  emit: (change: CounterChanged) => void;
}): CounterFeed {
  const { config, orders } = options;
  /** Orders that were sent, whose removal must be sent, too. */
  const listed = new Set<string>();

  const changes = coalesceChanges({
    ...options,
    tell: async (ids) => {
      const toPay = await listOrderIds(orders, { toPay: true, limit: ids.length, ids });
      const found = await present(toPay.map(({ id }) => id));
      const here = new Set(found.map(({ id }) => id));
      const gone = ids.filter((id) => !here.has(id) && listed.delete(id));
      if (found.length > 0 || gone.length > 0) options.emit({ orders: found, gone });
    },
  });

  async function present(ids: readonly string[]): Promise<OrderForAgents[]> {
    for (const id of ids) listed.add(id);
    return (await readOrders(orders, ids)).map((record) => presentForAgents(config, record));
  }

  return {
    read: async () => {
      const { ids, hidden } = await listCounter(orders, COUNTER_LIMIT);
      return { orders: await present(ids), hidden };
    },
    stop: changes.stop,
  };
}
