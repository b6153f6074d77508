/**
 * Reads run on separate database connections, so that a flood of reads takes none from orders. A read that is not
 * served within a moment fails with try_again, also while the database is unavailable.
 */

import { openReadDatabases, type ReadDatabases } from '../../db/databases.ts';
import type { Config } from '../../config.ts';
import { tooBusy } from './api-error.ts';
import type { Client } from './client-address.ts';

export interface Reads extends Omit<ReadDatabases, 'close'> {
  /**
   * Runs `work` in its turn. Throws try_again immediately if too many reads wait, in total or from this client's
   * network.
   */
  run<T>(client: Client, work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Concurrent reads per connection, so that no connection is idle between two. */
const AT_ONCE = 8;
const MOST_WAITING = 2_000;
const LONGEST_WAIT_MS = 700;
const MOST_OF_A_NETWORK = 200;

/** Opens the connections on first use. */
export async function createReads({
  databases,
  databaseReadPoolSize: poolSize,
}: Pick<Config, 'databases' | 'databaseReadPoolSize'>): Promise<Reads> {
  const { orders, catalog, close } = await openReadDatabases(databases, { poolSize });
  const ofNetworks = new Map<string, number>();
  const waiting = new Set<() => void>();
  let running = 0;

  const enter = async () => {
    if (running < poolSize * AT_ONCE) {
      running += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const giveUp = setTimeout(() => {
        waiting.delete(start);
        reject(tooBusy());
      }, LONGEST_WAIT_MS);
      const start = () => {
        clearTimeout(giveUp);
        resolve();
      };
      waiting.add(start);
    });
  };
  const leave = () => {
    const [next] = waiting;
    // The next waiting read takes over the slot.
    if (next) {
      waiting.delete(next);
      next();
    } else running -= 1;
  };
  const count = (network: string, change: 1 | -1) => {
    const left = (ofNetworks.get(network) ?? 0) + change;
    if (left > 0) ofNetworks.set(network, left);
    else ofNetworks.delete(network);
  };

  return {
    orders,
    catalog,
    close,
    run: async ({ network, isThisMachine }, work) => {
      const isTooMany = !isThisMachine && (ofNetworks.get(network) ?? 0) >= MOST_OF_A_NETWORK;
      if (isTooMany || waiting.size >= MOST_WAITING) throw tooBusy();
      count(network, 1);
      try {
        await enter();
        try {
          return await work();
        } finally {
          leave();
        }
      } finally {
        count(network, -1);
      }
    },
  };
}
