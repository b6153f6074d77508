/**
 * Changes of orders, as this process learns of them. PostgreSQL's NOTIFY triggers a read, and a sweep twice a second
 * finds changes whose notification was lost. Any number of processes run it independently.
 */

import type { Logger } from 'pino';
import type { PublicEvent } from '../../domain/contract/orders.ts';
import type { Database } from '../../db/database.ts';
import { readNews } from '../../db/orders/orders/read-events.ts';
import { ORDER_CHANGES_CHANNEL } from '../../db/orders/orders/changes.ts';
import { listRecentVersions, type OrderRecord } from '../../db/orders/orders/read-order.ts';
import { idsIn, type ChangesListener } from './listen-for-changes.ts';
import { createWaiters, type Waiters } from './waiters.ts';

const SWEEP_MS = 500;
/** A transaction may last 10 s, and clocks differ: the sweep covers this long after a change's own time. */
const SWEEP_WINDOW_SECONDS = 15;

/** Follows one order. */
export interface Follower {
  /** Receives events above the last sent version, in order and without a gap, and the order as it is now. */
  onEvents(events: readonly PublicEvent[], record: OrderRecord): void;
}

export interface OrderFeed {
  /** Sends `follower` every event above version `since`, until the returned function is called. */
  follow(orderId: string, since: number, follower: Follower): () => void;
  /** Sends the ids of all changed orders, each at least once after every change. */
  followAll(onChanged: (orderIds: readonly string[]) => void): () => void;
  /** Waits for a condition on an order: see waiters.ts. */
  readonly waitFor: Waiters['waitFor'];
  /** The number of waiting callers. */
  readonly countWaiting: Waiters['count'];
  stop(): Promise<void>;
}

interface Following {
  sent: number;
  readonly follower: Follower;
}

/** Follows orders through `listener`, which the caller starts afterwards and stops. */
export function startOrderFeed(options: {
  orders: Database;
  listener: ChangesListener;
  logger: Logger;
}): OrderFeed {
  const { orders, logger } = options;
  const followings = new Map<string, Set<Following>>();
  const waiters = createWaiters();
  const listeners = new Set<(ids: readonly string[]) => void>();
  const changed = new Set<string>();
  /** Versions that the sweep has seen, until they are too old for it to see them again. */
  const swept = new Map<string, { version: number; at: number }>();
  let stopped = false;
  let reading: Promise<void> | undefined;
  let lastSweep = Date.now();

  const hear = (ids: readonly string[]) => {
    for (const id of ids) {
      waiters.wake(id);
      if (followings.has(id)) changed.add(id);
    }
    for (const listener of listeners) listener(ids);
    reading ??= readChanges().finally(() => (reading = undefined));
  };

  /** Reads the new events of all changed orders that are followed, in one query, until none are left. */
  const readChanges = async () => {
    while (changed.size > 0 && !stopped) {
      const ids = [...changed];
      changed.clear();
      try {
        await tell(ids);
      } catch (error) {
        logger.warn({ err: error }, 'changes of orders could not be read; the sweep will try again');
        for (const id of ids) swept.delete(id);
        return;
      }
    }
  };

  const tell = async (ids: readonly string[]) => {
    const above = ids.flatMap((orderId) => {
      const all = [...(followings.get(orderId) ?? [])];
      return all.length > 0 ? [{ orderId, version: Math.min(...all.map(({ sent }) => sent)) }] : [];
    });
    for (const { record, events } of await readNews(orders, above)) {
      for (const following of followings.get(record.order.id) ?? []) {
        const news = events.filter(({ version }) => version > following.sent);
        const last = news.at(-1);
        if (!last) continue;
        following.sent = last.version;
        following.follower.onEvents(news, record);
      }
    }
  };

  const sweep = async () => {
    if (followings.size === 0 && waiters.count() === 0 && listeners.size === 0) {
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
    follow: (orderId, since, follower) => {
      const following: Following = { sent: since, follower };
      const all = followings.get(orderId) ?? new Set();
      followings.set(orderId, all.add(following));
      // Events written between the caller's read and now.
      changed.add(orderId);
      reading ??= readChanges().finally(() => (reading = undefined));
      return () => {
        all.delete(following);
        if (all.size === 0 && followings.get(orderId) === all) followings.delete(orderId);
      };
    },
    followAll: (onChanged) => {
      listeners.add(onChanged);
      return () => listeners.delete(onChanged);
    },
    waitFor: waiters.waitFor,
    countWaiting: waiters.count,
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      waiters.wakeAll();
      await sweeping;
      await reading;
    },
  };
}
