import { setTimeout as delay } from 'node:timers/promises';

/**
 * Resolves with the first answer of `look` that is neither undefined nor false. Rejects after `withinMs` (30 s)
 * saying `what` was waited for, and what `last` sees then.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  options: { withinMs?: number; last?: () => unknown } = {},
): Promise<T> {
  const { withinMs = 30_000, last } = options;
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() >= deadline) {
      const seen = last ? `; instead: ${JSON.stringify(await last())}` : '';
      throw new Error(`waited ${withinMs} ms for ${what}${seen}`);
    }
    await delay(20);
  }
}
