import { isApiError, type ApiError } from '../../api/api-error.ts';
import { previewChange, type ChangePreview, type ChangeToPreview } from '../../api/changes.ts';

/** How long a draft rests before it is asked about. */
const PAUSE = 250;

/** What a change comes to, while it is put together: the latest draft wins. */
export class Previewing {
  result: ChangePreview | undefined = $state.raw();
  failure: ApiError | undefined = $state.raw();
  /** The shown result is of an earlier draft. */
  isBusy: boolean = $state(false);

  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked: AbortController | undefined;

  /** Asks what this comes to; undefined: nothing is changed. */
  ask(orderId: string, body: ChangeToPreview | undefined): void {
    this.stop();
    this.failure = undefined;
    this.isBusy = body !== undefined;
    if (body) this.#timer = setTimeout(() => void this.#read(orderId, body), PAUSE);
    else this.result = undefined;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#asked?.abort();
    this.isBusy = false;
  }

  async #read(orderId: string, body: ChangeToPreview): Promise<void> {
    const asked = new AbortController();
    this.#asked = asked;
    try {
      const result = await previewChange(orderId, body, asked.signal);
      if (asked.signal.aborted) return;
      this.result = result;
    } catch (error) {
      if (asked.signal.aborted) return;
      if (!isApiError(error)) throw error;
      this.result = undefined;
      this.failure = error;
    }
    this.isBusy = false;
  }
}
