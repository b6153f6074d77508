class Announcer {
  message = $state('');

  /** Has screen readers say it; said anew even when it is the same words twice. */
  say(message: string): void {
    this.message = '';
    queueMicrotask(() => (this.message = message));
  }
}

/** Says what happened to those who do not see it. The root layout holds the live region. */
export const announcer = new Announcer();
