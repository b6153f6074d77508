/** Graceful shutdown of an API: no request in progress notices it. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Middleware } from 'koa';

export interface Drain {
  /** True as soon as the process is told to end: it reports "not ready" and still responds. */
  readonly isDraining: boolean;
  /** Makes every client open its next connection elsewhere. */
  readonly middleware: Middleware;
  /** Resolves when proxies have had time to notice and to close their kept connections. */
  begin(): Promise<void>;
}

/** `drainMs` is longer than a proxy keeps an idle connection plus the time it needs to see "not ready". */
export function createDrain(drainMs: number): Drain {
  let isDraining = false;
  return {
    get isDraining() {
      return isDraining;
    },
    middleware: async (ctx, next) => {
      await next();
      // Covers requests in progress, too: their connections would be kept, and the server would wait for them.
      if (isDraining) ctx.set('Connection', 'close');
    },
    begin: async () => {
      isDraining = true;
      if (drainMs > 0) await delay(drainMs);
    },
  };
}
