/**
 * Changes of orders, as this process learns of them, and orders that it keeps current for all who watch them.
 * PostgreSQL's NOTIFY triggers a read, and a sweep twice a second finds changes whose notification was lost. Any number
 * of processes run it independently.
 */

import type { Logger } from 'pino';
import type { PublicEvent } from '../../domain/contract/orders.ts';
import type { Database } from '../../db/database.ts';
import { readNews } from '../../db/orders/orders/read-events.ts';
import { ORDER_CHANGES_CHANNEL } from '../../db/orders/orders/changes.ts';
import {
  listRecentVersions,
  readEvents,
  readOrder,
  type OrderRecord,
} from '../../db/orders/orders/read-order.ts';
import { createHeld, type Held } from './held.ts';
import { idsIn, type ChangesListener } from './listen-for-changes.ts';
import { createWaiters, type Waiters } from './waiters.ts';

const SWEEP_MS = 500;
/** A transaction may last 10 s, and clocks differ: the sweep covers this long after a change's own time. */
const SWEEP_WINDOW_SECONDS = 15;

/** Receives new events of a held order, one per version, in order, with the order before and after them. */
export type OnOrderNews = (before: OrderRecord, now: OrderRecord, events: readonly PublicEvent[]) => void;

export interface OrderFeed {
  /** See held.ts. */
  readonly hold: Held<OrderRecord, PublicEvent>['hold'];
  readonly release: (orderId: string) => void;
  readonly eventsSince: Held<OrderRecord, PublicEvent>['eventsSince'];
  /** Calls `listener` with the news of all held orders. */
  onNews(listener: OnOrderNews): void;
  /** Sends the ids of all changed orders, each at least once after every change. */
  followAll(onChanged: (orderIds: readonly string[]) => void): () => void;
  /** Waits for a condition on an order: see waiters.ts. */
  readonly waitFor: Waiters['waitFor'];
  /** The number of waiting callers. */
  readonly countWaiting: Waiters['count'];
  stop(): Promise<void>;
}

/** Follows orders through `listener`, which the caller starts afterwards and stops. */
export function startOrderFeed(options: {
  orders: Database;
  listener: ChangesListener;
  logger: Logger;
}): OrderFeed {
  const { orders, logger } = options;
  const waiters = createWaiters();
  const listeners = new Set<(ids: readonly string[]) => void>();
  /** Versions that the sweep has seen, until they are too old for it to see them again. */
  const swept = new Map<string, { version: number; at: number }>();
  let onNews: OnOrderNews | undefined;
  let lastSweep = Date.now();

  const held = createHeld<OrderRecord, PublicEvent>({
    whatIs: ({ order }) => order,
    read: (orderId) => readOrder(orders, orderId),
    readNews: async (above) =>
      (
        await readNews(
          orders,
          above.map(({ id, version }) => ({ orderId: id, version })),
        )
      ).map(({ record, events }) => ({ state: record, events })),
    readEvents: (orderId, after) => readEvents(orders, orderId, after),
    onNews: (before, now, events) => onNews?.(before, now, events),
    onError: (error, ids) => {
      logger.warn({ err: error }, 'changes of orders could not be read; the sweep will try again');
      for (const id of ids) swept.delete(id);
    },
  });

  const hear = (ids: readonly string[]) => {
    for (const id of ids) waiters.wake(id);
    for (const listener of listeners) listener(ids);
    held.hear(ids);
  };

  const sweep = async () => {
    if (held.ids().length === 0 && waiters.count() === 0 && listeners.size === 0) {
      lastSweep = Date.now();
      return;
    }
    const started = Date.now();
    const missed = (started - lastSweep) / 1000;
    const recent = await listRecentVersions(orders, SWEEP_WINDOW_SECONDS + missed);
    lastSweep = started;
    const news = recent.filter(({ id, version }) => (swept.get(id)?.version ?? 0) < version);
    for (const { id, version } of recent) swept.set(id, { version, at: started });
    for (const [id, { at }] of swept) if (at < started) swept.delete(id);
    if (news.length > 0) hear(news.map(({ id }) => id));
  };

  options.listener.on(ORDER_CHANGES_CHANNEL, {
    onPayload: (payload) => hear(idsIn(payload)),
    // Notifications during a lost connection: a sweep that reaches back further finds their changes.
    onGap: () => (lastSweep = Math.min(lastSweep, Date.now() - SWEEP_MS)),
  });
  let sweeping: Promise<void> | undefined;
  // Runs in every API process, for its own sockets and waiting callers.
  const timer = setInterval(() => {
    sweeping ??= sweep()
      .catch((error: unknown) => logger.warn({ err: error }, 'changed orders could not be looked for'))
      .finally(() => (sweeping = undefined));
  }, SWEEP_MS);

  return {
    hold: held.hold,
    release: held.release,
    eventsSince: held.eventsSince,
    onNews: (listener) => (onNews = listener),
    followAll: (onChanged) => {
      listeners.add(onChanged);
      return () => listeners.delete(onChanged);
    },
    waitFor: waiters.waitFor,
    countWaiting: waiters.count,
    stop: async () => {
      clearInterval(timer);
      waiters.wakeAll();
      await sweeping;
      await held.settled();
    },
  };
}
