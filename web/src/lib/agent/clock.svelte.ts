import { createSubscriber } from 'svelte/reactivity';
import { serverClock } from '../session/server-clock.svelte.ts';

/** One clock for everything on a page that tells how long ago something was. It ticks only while it is looked at. */
class Clock {
  #subscribe: () => void;

  constructor(interval: number) {
    this.#subscribe = createSubscriber((update) => {
      const timer = setInterval(update, interval);
      return () => clearInterval(timer);
    });
  }

  /** The time on the server's clock, in milliseconds; what reads it in a template is drawn again with every tick. */
  get now(): number {
    this.#subscribe();
    return serverClock.now;
  }
}

/** Ticks every five seconds: fine enough for minutes. */
export const clock = new Clock(5000);
