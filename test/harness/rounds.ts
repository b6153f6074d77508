/** What workers do by themselves every ten or fifteen seconds, done when a test wants it. */

import { setTimeout as delay } from 'node:timers/promises';
import { createFeesJob } from '../../workers/ledger/fees.ts';
import { createMissedNewsJobs } from '../../workers/payments/missed-news.ts';
import type { System } from './system.ts';

/** One round of each, as if there had been none before; returns what failed of it. */
export async function lookAround({ databases, temporal, stripeApi }: System): Promise<unknown[]> {
  const errors: unknown[] = [];
  const options = { orders: databases.orders, temporal, stripe: stripeApi };
  const { signal } = new AbortController();
  const jobs = [...createMissedNewsJobs(options), createFeesJob(options)];
  await Promise.all(
    jobs.map((job) =>
      job.run({ secondsSince: null, signal }).catch((error: unknown) => void errors.push(error)),
    ),
  );
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
