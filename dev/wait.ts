/** Waits until a started process responds by HTTP. */

import { setTimeout as delay } from 'node:timers/promises';
import { lastLines, type StartedProcess } from './processes.ts';

/**
 * Resolves when GET `url` responds with 2xx. Rejects with the last output of the process if it ends first, or after
 * `withinMs`; then the process is stopped.
 */
export async function untilAnswered(
  url: string,
  server: StartedProcess | undefined,
  { withinMs = 180_000, everyMs = 40 }: { readonly withinMs?: number; readonly everyMs?: number } = {},
): Promise<void> {
  const deadline = Date.now() + withinMs;
  for (let last = `${url} does not answer`; ; await delay(everyMs)) {
    const late = Date.now() > deadline && `was not ready within ${withinMs / 1000} s: ${last}`;
    const failure = server?.end() ? 'ended at once' : late;
    if (failure) {
      await server?.stop(2_000);
      throw new Error(
        `The ${server?.mark.name ?? 'product'} ${failure}\n${server ? lastLines(server.logFile) : ''}`,
      );
    }
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(20_000) });
      if (response.ok) return void (await response.arrayBuffer());
      last = `${url} answers ${response.status}: ${(await response.text()).slice(0, 300)}`;
    } catch {
      // Not listening yet.
    }
  }
}
