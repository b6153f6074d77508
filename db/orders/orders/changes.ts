/** Nudges the API processes: after a commit, never inside it (NOTIFY takes a global lock), and throttled. */

import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { run } from '../../sql.ts';

/** The PostgreSQL channel for ids of changed orders. */
export const ORDER_CHANGES_CHANNEL = 'order_changes';
const THROTTLE_MS = 15;
const IDS_PER_NUDGE = 150;

export interface ChangeNudger {
  /**
   * Notifies all API processes of an order's new version: at once, or within 15 ms of the previous notification. Never
   * throws: a lost nudge is healed by their sweep.
   */
  nudge(orderId: string): void;
  /** Sends the waiting ids. */
  stop(): Promise<void>;
}

/** Collects ids and sends them together. `onError` receives failures to send. */
export function createChangeNudger(orders: Database, onError: (error: unknown) => void): ChangeNudger {
  const waiting = new Set<string>();
  let pause: NodeJS.Timeout | undefined;
  let telling: Promise<void> = Promise.resolve();

  const tellAll = async () => {
    while (waiting.size > 0) {
      const ids = [...waiting].slice(0, IDS_PER_NUDGE);
      for (const id of ids) waiting.delete(id);
      await run(orders.em.fork(), sql`select pg_notify(${ORDER_CHANGES_CHANNEL}, ${ids.join(',')})`);
    }
  };
  const tell = () => {
    telling = telling.then(tellAll).catch(onError);
    pause = setTimeout(() => {
      pause = undefined;
      if (waiting.size > 0) tell();
    }, THROTTLE_MS);
  };
  return {
    nudge: (orderId) => {
      waiting.add(orderId);
      if (!pause) tell();
    },
    stop: async () => {
      clearTimeout(pause);
      await telling;
      await tellAll();
    },
  };
}
