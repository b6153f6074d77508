import { createSubscriber } from 'svelte/reactivity';
import { serverClock } from '../shop/server-clock.svelte.ts';

/** A shared clock for relative times. It ticks only while something reads it. */
class Clock {
  #subscribe: () => void;

  constructor(interval: number) {
    this.#subscribe = createSubscriber((update) => {
      const timer = setInterval(update, interval);
      return () => clearInterval(timer);
    });
  }

  /** The server's time in milliseconds; templates that read it update with every tick. */
  get now(): number {
    this.#subscribe();
    return serverClock.now;
  }
}

/** Ticks every five seconds: precise enough for minutes. */
export const clock = new Clock(5000);
