/**
 * Tracks the deciders. With none alive, or too many callers waiting, the next request is refused immediately and before
 * any write, instead of after the full wait.
 */

import type { Database } from '../../db/database.ts';
import { isWorkerThere } from '../../db/orders/operations/workers.ts';
import { tryAgain } from '../http/api-error.ts';

export interface Deciders {
  /** Throws try_again if no worker could decide, or if too many callers wait. */
  assertReady(): Promise<void>;
  /** Like `assertReady`, then runs `work`, counted as a waiting caller. */
  waitFor<T>(work: () => Promise<T>): Promise<T>;
  /** Returns whether a worker is alive. */
  areThere(): Promise<boolean>;
}

/** Workers report every second. One that was silent for this long decides no order in time (ADR 2). */
const SEEN_WITHIN_MS = 5_000;
/** A positive result is cached for this long; a negative one is read again on every request. */
const RELIED_ON_MS = 1_000;
/** At five seconds per order, this is forty orders a second. */
const MOST_WAITING = 200;

/** `countWaiting`: returns how many callers of this process wait for a decision other than through `waitFor`. */
export function createDeciders(options: { orders: Database; countWaiting: () => number }): Deciders {
  let seenUntil = 0;
  let waiting = 0;
  let looking: Promise<boolean> | undefined;

  const look = async () => {
    const isThere = await isWorkerThere(options.orders, SEEN_WITHIN_MS);
    seenUntil = isThere ? Date.now() + RELIED_ON_MS : 0;
    return isThere;
  };
  const areThere = async () => {
    if (Date.now() < seenUntil) return true;
    looking ??= look().finally(() => (looking = undefined));
    return looking;
  };
  const assertReady = async () => {
    if (options.countWaiting() + waiting < MOST_WAITING && (await areThere())) return;
    throw tryAgain('Nobody can see to this just now, and it was not begun. Please try again in a moment.');
  };
  return {
    areThere,
    assertReady,
    waitFor: async (work) => {
      await assertReady();
      waiting += 1;
      try {
        return await work();
      } finally {
        waiting -= 1;
      }
    },
  };
}
