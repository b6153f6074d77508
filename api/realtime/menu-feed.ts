/**
 * Sends menu changes to everybody who has it open. A changed order triggers a read, and a sweep every second finds all
 * other changes. One read serves all sockets, and only while somebody watches.
 */

import type { Logger } from 'pino';
import type { MenuChanged } from '../../domain/socket.ts';
import type { Database } from '../../db/database.ts';
import { readMenuState, type MenuState } from '../../db/catalog/products/menu-state.ts';
import type { OrderFeed } from './order-feed.ts';

const SWEEP_MS = 1_000;
/** Minimum interval of reads after order changes. */
const NUDGE_MS = 250;

export interface MenuFeed {
  /** Returns the current stock; later changes are sent relative to it. */
  read(): Promise<MenuChanged>;
  stop(): Promise<void>;
}

export function startMenuFeed(options: {
  catalog: Database;
  feed: Pick<OrderFeed, 'followAll'>;
  logger: Logger;
  isWatched: () => boolean;
  emit: (change: MenuChanged) => void;
}): MenuFeed {
  const { catalog, feed, logger, isWatched, emit } = options;
  let told: MenuState | undefined;
  let looking: Promise<void> | undefined;
  let nudge: NodeJS.Timeout | undefined;

  const look = (): Promise<void> => (looking ??= lookOnce().finally(() => (looking = undefined)));
  const lookOnce = async () => {
    if (!isWatched()) {
      told = undefined;
      return;
    }
    try {
      const now = await readMenuState(catalog);
      const change = told && changeOf(told, now);
      told = now;
      if (change) emit(change);
    } catch (error) {
      logger.warn({ err: error }, 'the menu could not be looked at; the next look will tell');
    }
  };

  const unfollow = feed.followAll(() => {
    nudge ??= setTimeout(() => {
      nudge = undefined;
      void look();
    }, NUDGE_MS);
  });
  // Runs in every API process, for its own sockets.
  const timer = setInterval(() => void look(), SWEEP_MS);

  return {
    read: async () => {
      const now = await readMenuState(catalog);
      told ??= now;
      return { stock: stockOf(now.available), isOutdated: false };
    },
    stop: async () => {
      clearInterval(timer);
      clearTimeout(nudge);
      unfollow();
      await looking;
    },
  };
}

/** Returns the changes between two states, or undefined if they are equal. */
function changeOf(before: MenuState, now: MenuState): MenuChanged | undefined {
  const changed = [...now.available].filter(([id, available]) => before.available.get(id) !== available);
  const isOutdated = before.edition !== now.edition;
  if (changed.length === 0 && !isOutdated) return undefined;
  return { stock: stockOf(changed), isOutdated };
}

function stockOf(available: Iterable<readonly [string, number]>): MenuChanged['stock'] {
  return [...available].map(([variantId, count]) => ({ variantId, available: count }));
}
