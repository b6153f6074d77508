import { tellChoosing } from '../live/socket.ts';

/** Somebody who has touched nothing for so long does not choose any more. */
const IDLE_MS = 20_000;
/** What shows that she looks for something. */
const SIGNS = ['pointerdown', 'keydown', 'scroll', 'touchmove'] as const;

/** Tells the others of a tab whether its viewer is looking for something on the menu. */
export class Choosing {
  readonly #tabId: string;
  #isChoosing = false;
  #isHeld = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(tabId: string) {
    this.#tabId = tabId;
  }

  /** Watches the page. Returns a function that stops it. */
  start(): () => void {
    const look = (): void => this.#look();
    const hide = (): void => {
      if (document.visibilityState === 'hidden') this.#say(false);
    };
    for (const sign of SIGNS) window.addEventListener(sign, look, { passive: true });
    document.addEventListener('visibilitychange', hide);
    return () => {
      for (const sign of SIGNS) window.removeEventListener(sign, look);
      document.removeEventListener('visibilitychange', hide);
      this.#say(false);
    };
  }

  /** While it is held, nobody hears that she is choosing. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    if (isHeld) this.#say(false);
  }

  #look(): void {
    if (this.#isHeld) return;
    this.#say(true);
    this.#timer = setTimeout(() => this.#say(false), IDLE_MS);
  }

  #say(isChoosing: boolean): void {
    clearTimeout(this.#timer);
    if (isChoosing === this.#isChoosing) return;
    this.#isChoosing = isChoosing;
    tellChoosing(this.#tabId, isChoosing);
  }
}
