/** What workers do by themselves every ten or fifteen seconds, done when a test wants it. */

import { setTimeout as delay } from 'node:timers/promises';
import { startFeeCollector } from '../../workers/ledger/fees.ts';
import { startMissedNews } from '../../workers/payments/missed-news.ts';
import type { System } from './system.ts';

/** One round, as a worker makes it when it starts; answers what failed of it. */
export async function lookAround({ databases, temporal, stripeApi }: System): Promise<unknown[]> {
  const errors: unknown[] = [];
  const onError = (_message: string, error: unknown) => errors.push(error);
  const parts = { orders: databases.orders, client: temporal, stripe: stripeApi, onError };
  await Promise.all([startMissedNews(parts), startFeeCollector(parts)].map((watcher) => watcher.stop()));
  return errors;
}

/** Round after round, three seconds apart, while `work` is under way. */
export async function lookAroundWhile<T>(system: System, work: () => Promise<T>): Promise<T> {
  const over = new AbortController();
  const rounds = (async () => {
    while (!over.signal.aborted) {
      await lookAround(system);
      await delay(3_000, undefined, { signal: over.signal }).catch(() => undefined);
    }
  })();
  try {
    return await work();
  } finally {
    over.abort();
    await rounds;
  }
}
