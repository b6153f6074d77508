/** Runs the periodic work of workers (every 10 or 15 seconds in production) on demand. */

import { setTimeout as delay } from 'node:timers/promises';
import { createFeesJob } from '../../workers/ledger/fees.ts';
import { createMissedNewsJobs } from '../../workers/payments/missed-news.ts';
import type { System } from './system.ts';

/** Runs one round of each job, as if it had never run before; returns the failures. */
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

/** Runs rounds three seconds apart until `work` settles. */
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
