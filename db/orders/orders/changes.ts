/** Nudges the API processes: after a commit, never inside it (NOTIFY takes a global lock), and throttled. */

import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { run } from '../../sql.ts';

/** The PostgreSQL channels for ids of changed orders, and of changed tabs. */
export const ORDER_CHANGES_CHANNEL = 'order_changes';
export const TAB_CHANGES_CHANNEL = 'tab_changes';
const THROTTLE_MS = 15;
const IDS_PER_NUDGE = 150;

export interface ChangeNudger {
  /**
   * Notifies all API processes of a new version of an order, or of a tab: at once, or within 15 ms of the previous
   * notification. Never throws: a lost nudge is healed by their sweep.
   */
  nudge(id: string): void;
  /** Sends the waiting ids. */
  stop(): Promise<void>;
}

/** Collects ids and sends them together, on the channel of orders unless stated otherwise. `onError` receives failures. */
export function createChangeNudger(
  orders: Database,
  onError: (error: unknown) => void,
  channel: typeof ORDER_CHANGES_CHANNEL | typeof TAB_CHANGES_CHANNEL = ORDER_CHANGES_CHANNEL,
): ChangeNudger {
  const waiting = new Set<string>();
  let pause: NodeJS.Timeout | undefined;
  let telling: Promise<void> = Promise.resolve();

  const tellAll = async () => {
    while (waiting.size > 0) {
      const ids = [...waiting].slice(0, IDS_PER_NUDGE);
      for (const id of ids) waiting.delete(id);
      await run(orders.em.fork(), sql`select pg_notify(${channel}, ${ids.join(',')})`);
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
    nudge: (id) => {
      waiting.add(id);
      if (!pause) tell();
    },
    stop: async () => {
      clearTimeout(pause);
      await telling;
      await tellAll();
    },
  };
}
