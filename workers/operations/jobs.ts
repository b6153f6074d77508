/** Runs periodic background jobs, each on one of the running workers. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../db/database.ts';
import { claimJob, noteJobDone } from '../../db/orders/operations/jobs.ts';

/** One round of a job. */
export interface Round {
  /** How long ago the last completed round began, by any worker; null: there was none. */
  readonly secondsSince: number | null;
  /** Aborted when the worker stops: the rest is left to the next owner. */
  readonly signal: AbortSignal;
}

/** A job runs in rounds, each safe to repeat: the next round makes up for a failed one. */
export interface Job {
  readonly name: string;
  readonly everyMs: number;
  /** The log message of a failed round. */
  readonly failure: string;
  run(round: Round): Promise<void>;
}

/**
 * Runs each job periodically, first at once, while this worker owns it; other workers take over within one interval and
 * five seconds after it is gone. These are not Temporal Schedules: jobs repair what was missed while Temporal was
 * unavailable, and a workflow history every few seconds would cost more than the jobs do.
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
