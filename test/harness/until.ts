import { setTimeout as delay } from 'node:timers/promises';

const LOOK_AT_LEAST_EVERY_MS = 250;

/**
 * How long to leave alone what was waited for since `start`: a tenth of that time. To look costs work that what is
 * waited for needs itself.
 */
export function pauseSince(start: number): Promise<void> {
  return delay(Math.min(Math.max(20, (Date.now() - start) / 10), LOOK_AT_LEAST_EVERY_MS));
}

/**
 * Resolves with the first answer of `look` that is neither undefined nor false. Rejects after `withinMs` (30 s)
 * saying `what` was waited for, and what `last` sees then. `next`: resolves when there may be something to see, so
 * that nobody looks in vain.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  options: { withinMs?: number; last?: () => unknown; next?: () => Promise<void> } = {},
): Promise<T> {
  const { withinMs = 30_000, last, next } = options;
  const start = Date.now();
  for (;;) {
    // What comes while it is being looked must not be missed.
    const news = next?.();
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() >= start + withinMs) {
      const seen = last ? `; instead: ${JSON.stringify(await last())}` : '';
      throw new Error(`waited ${withinMs} ms for ${what}${seen}`);
    }
    await (news ?? pauseSince(start));
  }
}
