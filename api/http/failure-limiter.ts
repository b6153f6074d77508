/** A limit on failures that lets any number of successes through, also those that are tried in the same moment. */

import { RateLimiterMemory } from 'rate-limiter-flexible';
import { tooManyRequests, tryAgain } from './api-error.ts';

/** How long an attempt waits for those before it, which may all fail: a caller is answered within five seconds. */
const PATIENCE_MS = 4_000;
/** How many attempts of one key wait: more than any group has people. */
const MOST_WAITING = 600;

/** The attempts of a key that have not ended, and those that wait for one of them to end. */
interface Undecided {
  count: number;
  readonly waiting: (() => void)[];
}

/**
 * Never runs more attempts at once than may still fail, so that no more can fail than the limit allows, however many
 * are tried. An attempt beyond that waits for those that are undecided.
 */
export class FailureLimiter {
  readonly #points: number;
  readonly #failures: RateLimiterMemory;
  readonly #undecided = new Map<string, Undecided>();

  constructor(limit: { points: number; duration: number }) {
    this.#points = limit.points;
    this.#failures = new RateLimiterMemory(limit);
  }

  /**
   * Runs an attempt, which counts only if `isFailure` says so of its error. Throws too_many_requests, before it runs, if
   * as many have failed as may.
   */
  async run<T>(key: string, attempt: () => Promise<T>, isFailure: (error: unknown) => boolean): Promise<T> {
    await this.#begin(key);
    let hasFailed = false;
    try {
      return await attempt();
    } catch (error) {
      hasFailed = isFailure(error);
      throw error;
    } finally {
      if (hasFailed) await this.#failures.penalty(key);
      this.#end(key, hasFailed);
    }
  }

  async #begin(key: string): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const failures = await this.#failures.get(key);
      const left = this.#points - (failures?.consumedPoints ?? 0);
      if (failures && left <= 0) throw tooManyRequests(failures.msBeforeNext);
      const undecided = this.#undecided.get(key) ?? { count: 0, waiting: [] };
      if (undecided.count < left) {
        undecided.count += 1;
        this.#undecided.set(key, undecided);
        return;
      }
      const mayWait = undecided.waiting.length < MOST_WAITING;
      if (!mayWait || !(await nextDecision(undecided, deadline - Date.now())))
        throw tryAgain('Too many try this at once. Please send the same again in a moment.');
    }
  }

  /** A success makes room for one that waits. With nothing left to wait for, all learn whether there is room. */
  #end(key: string, hasFailed: boolean): void {
    const undecided = this.#undecided.get(key)!;
    undecided.count -= 1;
    if (undecided.count === 0) this.#undecided.delete(key);
    const woken = undecided.count === 0 ? undecided.waiting.length : hasFailed ? 0 : 1;
    for (const wake of undecided.waiting.splice(0, woken)) wake();
  }
}

/** Resolves with true once an attempt has ended that makes a difference, with false if none has after `ms`. */
function nextDecision({ waiting }: Undecided, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      resolve(true);
    };
    const timer = setTimeout(() => {
      waiting.splice(waiting.indexOf(wake), 1);
      resolve(false);
    }, ms);
    waiting.push(wake);
  });
}
