import { setTimeout as wait } from 'node:timers/promises';

/** More than what any of these requests takes, with a password hashed, on a machine that is not overrun. */
const STEP_MS = 250;

/**
 * Does work and ends at a whole multiple of a quarter second, however it ends: how long an answer takes then says
 * nothing of what was found.
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
