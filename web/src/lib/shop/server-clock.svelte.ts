/**
 * The server's clock. A tablet may be hours off, so everything relative to now ("late", "Today", a countdown) uses it;
 * `clock.test.ts` finds other uses of the device's clock.
 */

import { untrack } from 'svelte';

/** The device's clock was set, not just slewed, if it jumped by this much against the page's monotonic time. */
const JUMP_MS = 1500;
const LOOK_EVERY_MS = 5000;

class ServerClock {
  /** Offset of the server's clock from the device's. */
  #aheadMs = $state(0);
  /** Bounds of the offset from all responses so far. */
  #least = -Infinity;
  #most = Infinity;

  /** Now, in milliseconds. Reactive to offset changes, not to passing time. */
  get now(): number {
    return Date.now() + this.#aheadMs;
  }

  /** Returns the server's time for a timestamp of the device's clock. */
  of(deviceTime: number): number {
    return deviceTime + this.#aheadMs;
  }

  /** Learns from a response's `Date`, in whole seconds, and from the times of request and response. */
  learn(date: string | null, sentAt: number, receivedAt: number): void {
    const at = Date.parse(date ?? '');
    if (Number.isNaN(at)) return;
    const least = at - receivedAt;
    const most = at + 1000 - sentAt;
    this.#least = Math.max(this.#least, least);
    this.#most = Math.min(this.#most, most);
    // Contradicting bounds: one of the clocks was set.
    if (this.#least > this.#most) [this.#least, this.#most] = [least, most];
    const isRight = this.#least <= 0 && this.#most >= 0;
    const ahead = isRight ? 0 : Math.round((this.#least + this.#most) / 2);
    untrack(() => {
      if (ahead !== this.#aheadMs) this.#aheadMs = ahead;
    });
  }

  /**
   * Calls `ask` whenever the device's clock was set, so that a response corrects the offset. Returns a function that
   * stops it.
   */
  watch(ask: () => void): () => void {
    const drift = (): number => Date.now() - performance.now();
    let known = drift();
    const timer = setInterval(() => {
      if (Math.abs(drift() - known) < JUMP_MS) return;
      known = drift();
      ask();
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }
}

/** The device's clock, for the age of stored values: a wrong offset cancels out. */
export function deviceNow(): number {
  return Date.now();
}

/** The instance of this page. Every API response updates it. */
export const serverClock = new ServerClock();
