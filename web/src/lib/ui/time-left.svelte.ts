import { serverClock } from '../shop/server-clock.svelte.ts';

/** The time until a moment, by the server's clock. Made while a component is created, and ticks while it is shown. */
export class TimeLeft {
  readonly #until: () => string | null;
  #now = $state(serverClock.now);

  /** Whole seconds; 0 once the moment has passed, or without one. */
  readonly seconds: number = $derived.by(() => {
    const until = this.#until();
    return until === null ? 0 : Math.max(0, Math.round((Date.parse(until) - this.#now) / 1000));
  });
  /** As a clock shows it: `2:59`. */
  readonly text: string = $derived(
    `${Math.floor(this.seconds / 60)}:${String(this.seconds % 60).padStart(2, '0')}`,
  );

  constructor(until: () => string | null) {
    this.#until = until;
    $effect(() => {
      const timer = setInterval(() => (this.#now = serverClock.now), 500);
      return () => clearInterval(timer);
    });
  }
}
