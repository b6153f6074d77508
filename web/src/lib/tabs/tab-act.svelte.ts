import { isApiError, sentenceFor } from '../api/api-error.ts';
import { toast } from '../ui/toast.ts';
import type { LiveTab } from './live-tab.svelte.ts';

/** What a button does with a tab. A refusal is said, and the tab is read again: it has changed. */
export class TabAct {
  busy = $state(false);
  readonly #live: LiveTab;

  constructor(live: LiveTab) {
    this.#live = live;
  }

  /** Resolves with whether it was carried out. */
  async run(work: () => Promise<unknown>): Promise<boolean> {
    this.busy = true;
    try {
      await work();
      return true;
    } catch (error) {
      if (!isApiError(error)) throw error;
      toast.error(sentenceFor(error));
      await this.#live.read();
      return false;
    } finally {
      this.busy = false;
    }
  }
}
