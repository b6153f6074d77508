import type { Logger } from 'pino';
import type { OrderFeed } from './order-feed.ts';

const BATCH_MS = 100;

/**
 * Reports changed orders, each once, at most ten times a second and only while `isWatched`. If `tell` throws, its
 * orders are part of the next batch.
 */
export function coalesceChanges(options: {
  feed: Pick<OrderFeed, 'followAll'>;
  logger: Logger;
  isWatched: () => boolean;
  tell: (orderIds: readonly string[]) => Promise<void>;
}): { stop(): void } {
  const { feed, logger, isWatched, tell } = options;
  const changed = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const unfollow = feed.followAll((ids) => {
    if (!isWatched()) return;
    for (const id of ids) changed.add(id);
    timer ??= setTimeout(() => void flush(), BATCH_MS);
  });

  const flush = async () => {
    const ids = [...changed];
    changed.clear();
    try {
      await tell(ids);
    } catch (error) {
      logger.warn({ err: error }, 'orders could not be read for the staff; trying again');
      for (const id of ids) changed.add(id);
    }
    timer = changed.size > 0 && !stopped ? setTimeout(() => void flush(), BATCH_MS) : undefined;
  };

  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      unfollow();
    },
  };
}
