import { setTimeout as delay } from 'node:timers/promises';

const WITHIN_MS = 600_000;

/** Resolves with the first truthy result of `look`. Rejects after ten minutes. */
export async function until<T>(
  what: string,
  look: () => Promise<T | null | undefined | false> | T | null | undefined | false,
): Promise<T> {
  for (const deadline = Date.now() + WITHIN_MS; Date.now() < deadline; await delay(50)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`waited ${WITHIN_MS} ms for ${what}`);
}
