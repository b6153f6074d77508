/** What an API does between being told to end and ending, so that nobody whose request is under way notices. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Middleware } from 'koa';

export interface Drain {
  /** True from the moment the process was told to end: it is not ready, and still answers everything. */
  readonly isDraining: boolean;
  /** Asks every client to open its next connection elsewhere. */
  readonly middleware: Middleware;
  /** Resolves when proxies have had the time to notice, and to let go of the connections that they keep. */
  begin(): Promise<void>;
}

/** `drainMs` is longer than a proxy keeps an idle connection, and than it takes to notice that we are not ready. */
export function createDrain(drainMs: number): Drain {
  let isDraining = false;
  return {
    get isDraining() {
      return isDraining;
    },
    middleware: async (ctx, next) => {
      await next();
      // Also for what was under way already: its connection would be kept, and the server wait for it to end.
      if (isDraining) ctx.set('Connection', 'close');
    },
    begin: async () => {
      isDraining = true;
      if (drainMs > 0) await delay(drainMs);
    },
  };
}
