/**
 * Who decides what callers wait for. With nobody there, or with too many callers waiting already, the next one is
 * refused at once and before anything is written, instead of after the time that a decision may take.
 */

import type { Database } from '../../db/database.ts';
import { isWorkerThere } from '../../db/orders/operations/workers.ts';
import { tryAgain } from '../http/api-error.ts';

export interface Deciders {
  /** Throws try_again when what is asked could not be decided, or would wait behind too many others. */
  assertReady(): Promise<void>;
  /** The same, and then waits with `work`, which counts among those who wait. */
  waitFor<T>(work: () => Promise<T>): Promise<T>;
  /** Whether a worker is there. */
  areThere(): Promise<boolean>;
}

/** Workers say every second that they are there. One that was not seen for so long decides no order in time (ADR 2). */
const SEEN_WITHIN_MS = 5_000;
/** That one is there is relied on for so long; that none is, is looked for anew by everybody who asks. */
const RELIED_ON_MS = 1_000;
/** At the five seconds that an order may take, forty orders a second wait here at most. */
const MOST_WAITING = 200;

/** `countWaiting`: how many callers of this process wait for a decision otherwise than with `waitFor`. */
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
