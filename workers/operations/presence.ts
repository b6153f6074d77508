/** Says every second that this worker is there: the API refuses at once what no worker could see to. */

import { randomUUID } from 'node:crypto';
import type { Database } from '../../db/database.ts';
import { forgetWorker, noteWorker } from '../../db/orders/operations/workers.ts';

const EVERY_MS = 1_000;

/** Resolves when it is known. `stop` has it forgotten at once; one that dies is forgotten within seconds. */
export async function startPresence(options: {
  orders: Database;
  onError: (message: string, error: unknown) => void;
}): Promise<{ stop(): Promise<void> }> {
  const { orders, onError } = options;
  const id = randomUUID();
  let isStopped = false;
  let timer: NodeJS.Timeout | undefined;
  let noting = Promise.resolve();
  const note = async () => {
    try {
      await noteWorker(orders, id);
    } catch (error) {
      onError('this worker could not say that it is there', error);
    }
  };
  const again = () => {
    noting = note().then(() => {
      if (!isStopped) timer = setTimeout(again, EVERY_MS);
    });
  };
  await note();
  timer = setTimeout(again, EVERY_MS);
  return {
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
