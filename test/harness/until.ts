import { setTimeout as delay } from 'node:timers/promises';

const LOOK_AT_LEAST_EVERY_MS = 250;
/**
 * As long as `expect.poll` waits: many times what anything takes, since a busy machine must not fail a test, and longer than
 * the longest time after which a step is tried again whose run was lost, a minute for mails.
 */
export const PATIENCE_MS = 90_000;

/**
 * Delay before the next poll: a tenth of the time since `start`. Polling takes capacity from the work it
 * waits for.
 */
export function pauseSince(start: number): Promise<void> {
  return delay(Math.min(Math.max(20, (Date.now() - start) / 10), LOOK_AT_LEAST_EVERY_MS));
}

/**
 * Resolves with the first result of `look` that is neither undefined nor false. Rejects after `withinMs` (90 s),
 * naming `what` and the result of `last`. `next` resolves when the result may have changed, which avoids
 * needless polls.
 */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  options: { withinMs?: number; last?: () => unknown; next?: () => Promise<void> } = {},
): Promise<T> {
  const { withinMs = PATIENCE_MS, last, next } = options;
  const start = Date.now();
  for (;;) {
    // Subscribe before polling, so that a change in between is not missed.
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
