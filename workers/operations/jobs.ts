/** What is to be done every so often beside the workflows, by one worker of all that run. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../db/database.ts';
import { claimJob, noteJobDone } from '../../db/orders/operations/jobs.ts';

/** One round of a job. */
export interface Round {
  /** How long ago the last round began that was done, by whichever worker; null: there was none. */
  readonly secondsSince: number | null;
  /** Set when the worker stops: what is left is the next one's. */
  readonly signal: AbortSignal;
}

/** A job is done in rounds, each safe to repeat: one that fails is made up for by the next. */
export interface Job {
  readonly name: string;
  readonly everyMs: number;
  /** What is logged of a round that fails. */
  readonly failure: string;
  run(round: Round): Promise<void>;
}

/**
 * Does each job every so often, at once first, while it is this worker's: the others look on, and take over within one
 * interval and five seconds when it is gone. It is no schedule of Temporal's, as jobs heal what was missed while Temporal
 * was away, and the history of a workflow every few seconds would cost more than the jobs do.
 */
export function startJobs(options: {
  orders: Database;
  workerId: string;
  jobs: readonly Job[];
  onError: (message: string, error: unknown) => void;
}): { stop(): Promise<void> } {
  const { orders, workerId, onError } = options;
  const stopping = new AbortController();
  const { signal } = stopping;
  const all = options.jobs.map(keepDoing);
  return {
    stop: async () => {
      stopping.abort();
      await Promise.all(all);
    },
  };

  async function keepDoing(job: Job): Promise<void> {
    while (!signal.aborted) {
      const next = Date.now() + job.everyMs;
      await doOnce(job).catch((error: unknown) => onError(job.failure, error));
      await delay(Math.max(0, next - Date.now()), undefined, { signal }).catch(() => undefined);
    }
  }

  async function doOnce({ name, run }: Job): Promise<void> {
    const claimed = await claimJob(orders, name, workerId);
    if (!claimed) return;
    const began = performance.now();
    await run({ ...claimed, signal });
    if (!signal.aborted) await noteJobDone(orders, name, { workerId, tookMs: performance.now() - began });
  }
}
