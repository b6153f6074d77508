/**
 * The server's clock. A tablet on a counter may be hours wrong, so everything that is told relative to now ("late",
 * "Today", a countdown) counts from here; `clock.test.ts` finds what reads the device's clock instead.
 */

import { untrack } from 'svelte';

/** The device's clock was set, and not just slewed, when it moved this much against the time that the page is open. */
const JUMP_MS = 1500;
const LOOK_EVERY_MS = 5000;

class ServerClock {
  /** How far the server's clock is ahead of the device's. */
  #aheadMs = $state(0);
  /** Between these it must be, as all answers so far say. */
  #least = -Infinity;
  #most = Infinity;

  /** Now, in milliseconds. Drawn again when more is known of the server's clock, not as time goes by. */
  get now(): number {
    return Date.now() + this.#aheadMs;
  }

  /** The server's time at a moment that was written down by the device's clock. */
  of(deviceTime: number): number {
    return deviceTime + this.#aheadMs;
  }

  /** Learns from an answer's `Date`, which is in whole seconds, and from when it was asked for and came. */
  learn(date: string | null, sentAt: number, receivedAt: number): void {
    const at = Date.parse(date ?? '');
    if (Number.isNaN(at)) return;
    const least = at - receivedAt;
    const most = at + 1000 - sentAt;
    this.#least = Math.max(this.#least, least);
    this.#most = Math.min(this.#most, most);
    // They contradict each other: one of the clocks was set.
    if (this.#least > this.#most) [this.#least, this.#most] = [least, most];
    const isRight = this.#least <= 0 && this.#most >= 0;
    const ahead = isRight ? 0 : Math.round((this.#least + this.#most) / 2);
    untrack(() => {
      if (ahead !== this.#aheadMs) this.#aheadMs = ahead;
    });
  }

  /** Calls `ask` whenever the device's clock was set, so that an answer tells anew. Returns what ends it. */
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

/** The device's clock, for how long something has been kept in this browser: it may be wrong at both ends alike. */
export function deviceNow(): number {
  return Date.now();
}

/** The one of this page. Every answer of the API sets it. */
export const serverClock = new ServerClock();
