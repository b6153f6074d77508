/**
 * Reports this worker's presence every second. Without it, the API refuses at once what no worker could process, and
 * the worker loses its jobs. Every worker reports for itself: nothing else could know.
 */

import type { Database } from '../../db/database.ts';
import { forgetWorker, noteWorker } from '../../db/orders/operations/workers.ts';

const EVERY_MS = 1_000;

export interface Presence {
  /** From here on it takes no new tasks, but is still present and finishes those it has begun. */
  leave(): Promise<void>;
  /** Removes it at once. A worker that dies is removed within seconds. */
  stop(): Promise<void>;
}

/** Resolves once the worker's presence is recorded. */
export async function startPresence(options: {
  orders: Database;
  workerId: string;
  onError: (message: string, error: unknown) => void;
}): Promise<Presence> {
  const { orders, workerId: id, onError } = options;
  let isLeaving = false;
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let noting = Promise.resolve();
  const note = async () => {
    try {
      await noteWorker(orders, { id, isLeaving });
    } catch (error) {
      onError('this worker could not say that it is there', error);
    }
  };
  const noteAgain = () => {
    noting = note().then(() => {
      if (!isStopped) timer = setTimeout(noteAgain, EVERY_MS);
    });
  };
  await note();
  timer = setTimeout(noteAgain, EVERY_MS);
  return {
    leave: async () => {
      isLeaving = true;
      await noting;
      await note();
    },
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await noting;
      await forgetWorker(orders, id).catch((error: unknown) =>
        onError('this worker could not say that it goes', error),
      );
    },
  };
}
