class Announcer {
  message = $state('');

  /** Makes screen readers say a text, also if it repeats the last one. */
  say(message: string): void {
    this.message = '';
    queueMicrotask(() => (this.message = message));
  }
}

/** Announces events to screen readers. The root layout has the live region. */
export const announcer = new Announcer();
