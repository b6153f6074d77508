/** Iterates through many pages in an activity: resumes after a crash, and stops when it is canceled. */

import { Context } from '@temporalio/activity';

/** Receives, at most twice a second, how much has been compared so far. */
type Tell = (compared: number) => Promise<void>;

const TELL_EVERY_MS = 500;
/** Sorts before every id. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Returns the heartbeat details of the activity's last attempt, or undefined. */
export function lastBeat<Beat>(): Beat | undefined {
  return Context.current().info.heartbeatDetails as Beat | undefined;
}

/**
 * Records the activity's progress: after a crash it resumes from there. Throws when the worker is about to stop, so
 * that another one resumes, or when the activity is canceled.
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
 * Iterates through rows by id, page by page: `readPage` compares those after an id, and returns their count and the
 * last one's id, undefined after the last page. During a long page it sends heartbeats with `pulse`.
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
 * Runs `work` for each item, with limited concurrency. After a failure it starts no further one, waits for those in
 * progress, and throws the first error.
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
