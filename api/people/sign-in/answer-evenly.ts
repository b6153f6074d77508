import { setTimeout as wait } from 'node:timers/promises';

/** Longer than any of these requests takes, including a password hash, on a machine that is not overloaded. */
const STEP_MS = 250;

/**
 * Runs work and settles at a whole multiple of 250 ms, whether it succeeds or fails, so that response times reveal
 * nothing.
 */
export async function answerEvenly<T>(work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  try {
    return await work();
  } finally {
    const spent = performance.now() - start;
    await wait(Math.ceil(spent / STEP_MS) * STEP_MS - spent);
  }
}
