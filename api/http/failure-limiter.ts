/** A limit on failures that lets any number of successes through, also those that are tried in the same moment. */

import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
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
 * Counts an attempt as a failure until it has succeeded, so that no more can fail than the limit allows, however many
 * are tried at once. An attempt beyond the limit waits for those that are undecided.
 */
export class FailureLimiter {
  readonly #limiter: RateLimiterMemory;
  readonly #undecided = new Map<string, Undecided>();

  constructor(limit: { points: number; duration: number }) {
    this.#limiter = new RateLimiterMemory(limit);
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
      await this.#end(key, hasFailed);
    }
  }

  async #begin(key: string): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const before = this.#undecided.get(key);
      const refusal = await this.#count(key);
      if (!refusal) return;
      const undecided = this.#undecided.get(key);
      // The last of them has just ended.
      if (before && !undecided) continue;
      if (!undecided || undecided.waiting.length >= MOST_WAITING) throw tooManyRequests(refusal.msBeforeNext);
      const isDecided = await nextDecision(undecided, deadline - Date.now());
      if (!isDecided) throw tryAgain('Too many try this at once. Please send the same again in a moment.');
    }
  }

  /** A success makes room for one that waits. */
  async #end(key: string, hasFailed: boolean): Promise<void> {
    if (!hasFailed) await this.#limiter.reward(key);
    const undecided = this.#undecided.get(key)!;
    undecided.count -= 1;
    if (undecided.count === 0) this.#undecided.delete(key);
    // With nothing left to wait for, all learn whether there is room.
    const woken = undecided.count === 0 ? undecided.waiting.length : hasFailed ? 0 : 1;
    for (const wake of undecided.waiting.splice(0, woken)) wake();
  }

  /** Counts an attempt as undecided. Returns the refusal if it is beyond the limit. */
  async #count(key: string): Promise<RateLimiterRes | undefined> {
    try {
      await this.#limiter.consume(key);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      await this.#limiter.reward(key);
      return refusal;
    }
    const undecided = this.#undecided.get(key) ?? { count: 0, waiting: [] };
    undecided.count += 1;
    this.#undecided.set(key, undecided);
    return undefined;
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
