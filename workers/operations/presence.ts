/**
 * Says every second that this worker is there: the API refuses at once what no worker could see to, and a job is this
 * worker's no longer than it says so. Every worker says it for itself: nobody else could know.
 */

import type { Database } from '../../db/database.ts';
import { forgetWorker, noteWorker } from '../../db/orders/operations/workers.ts';

const EVERY_MS = 1_000;

export interface Presence {
  /** From here on it takes no tasks any more, but is not gone: it ends what it has begun. */
  leave(): Promise<void>;
  /** It is gone, and is forgotten at once. One that dies is forgotten within seconds. */
  stop(): Promise<void>;
}

/** Resolves when it is known that the worker is there. */
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
