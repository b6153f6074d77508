import type { Knock, SpotOfCode } from '#domain/contract/places.ts';
import { isApiError, type ApiError } from '../api/api-error.ts';
import { knockAtSpot, readKnock, readSpotOfCode } from '../api/spots.ts';
import { isRefusal } from '../orders/refusal.ts';

/** How often the phone of somebody who waits asks whether she is let in. */
const ASK_EVERY_MS = 2_000;

/** Somebody who has scanned the code of a spot: what she may do there, and whether she is let in. */
export class SpotVisit {
  readonly code: string;
  found: SpotOfCode | undefined = $state.raw();
  knock: Knock | undefined = $state.raw();
  failure: ApiError | undefined = $state.raw();

  readonly #onTab: (tabId: string) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStopped = false;

  /** `onTab` is called as soon as she is in the tab that runs there. */
  constructor(code: string, onTab: (tabId: string) => void) {
    this.code = code;
    this.#onTab = onTab;
  }

  /** Whether she waits for an answer. */
  readonly isWaiting = $derived(this.knock?.status === 'waiting');

  /** Reads what is at the spot now. What is shown stays if that fails. */
  async read(): Promise<void> {
    try {
      const found = await readSpotOfCode(this.code);
      if (this.#isStopped) return;
      this.found = found;
      this.failure = undefined;
      if (found.tabId !== null) this.#onTab(found.tabId);
      else if (found.knock) this.#follow(found.knock);
    } catch (error) {
      if (!isApiError(error)) throw error;
      if (!this.found || isRefusal(error)) this.failure = error;
    }
  }

  /** Asks to be let in. Throws ApiError. */
  async ask(name: string, key: string): Promise<void> {
    this.#follow(await knockAtSpot(this.code, name, key));
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #follow(knock: Knock): void {
    if (this.#isStopped) return;
    this.knock = knock;
    clearTimeout(this.#timer);
    if (knock.tabId !== null) this.#onTab(knock.tabId);
    else if (knock.status === 'waiting') this.#timer = setTimeout(() => void this.#look(knock), ASK_EVERY_MS);
  }

  async #look(knock: Knock): Promise<void> {
    try {
      this.#follow(await readKnock(knock.id));
    } catch (error) {
      if (!isApiError(error)) throw error;
      if (!isRefusal(error)) {
        this.#follow(knock);
        return;
      }
      // The tab has ended: the spot is free.
      this.#follow({ ...knock, status: 'over' });
      await this.read();
    }
  }
}
