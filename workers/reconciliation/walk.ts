/** Long walks through many pages, as activities: they go on where they were, and stop when they are told to. */

import { Context } from '@temporalio/activity';

/** Told after each page, at most twice a second: how much has been compared so far. */
type Tell = (compared: number) => Promise<void>;

const TELL_EVERY_MS = 500;
/** Sorts before every id. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** What the activity's last try had reached, or undefined. */
export function lastBeat<Beat>(): Beat | undefined {
  return Context.current().info.heartbeatDetails as Beat | undefined;
}

/**
 * Notes how far the activity is: after a crash it goes on from there. Throws when the worker is about to stop or
 * somebody canceled: another worker goes on, or none.
 */
export function beat(reached: unknown): void {
  Context.current().heartbeat(reached);
  Context.current().cancellationSignal.throwIfAborted();
}

/** Calls `tell` at most twice a second. */
export function seldom(tell: Tell): Tell {
  let next = 0;
  return async (compared) => {
    if (Date.now() < next) return;
    next = Date.now() + TELL_EVERY_MS;
    await tell(compared);
  };
}

/**
 * Walks through what has ids, page by page: `readPage` compares those after an id, and answers how many they were and
 * the last one's id, none after the last page. While that takes long it says with `pulse` that it is alive.
 */
export async function walkIds(
  readPage: (after: string, pulse: () => void) => Promise<{ count: number; last: string | undefined }>,
  tell: Tell,
): Promise<{ compared: number }> {
  let reached = lastBeat<{ after: string; compared: number }>() ?? { after: FIRST_ID, compared: 0 };
  const tellSeldom = seldom(tell);
  for (;;) {
    const { count, last } = await readPage(reached.after, () => beat(reached));
    const compared = reached.compared + count;
    if (last === undefined) return { compared };
    reached = { after: last, compared };
    beat(reached);
    await tellSeldom(compared);
  }
}

/**
 * Does `work` with each, so many at once. When one fails, no further one is begun, those under way are waited for, and
 * the first error is thrown.
 */
export async function forEachAtOnce<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const waiting = items.toReversed();
  const lane = async () => {
    for (let item = waiting.pop(); item !== undefined; item = waiting.pop()) {
      try {
        await work(item);
      } catch (error) {
        waiting.length = 0;
        throw error;
      }
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: atOnce }, lane));
  const failed = ended.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}
