import { isApiError, type ApiError } from '../api/api-error.ts';
import type { HistoryEvent } from '../api/orders.ts';
import { readEvents } from '../api/orders.ts';

/** One order's history, oldest first. `catchUp` reads what is missing up to a version, one request at a time. */
export class OrderHistory {
  events: readonly HistoryEvent[] = $state.raw([]);
  failure: ApiError | null = $state.raw(null);
  isLoaded: boolean = $state(false);

  readonly #orderId: string;
  #isReading = false;
  #wanted = 0;

  constructor(orderId: string) {
    this.#orderId = orderId;
  }

  /** Reads until the history reaches `version`, or the API has no more. */
  async catchUp(version: number): Promise<void> {
    this.#wanted = Math.max(this.#wanted, version);
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      let isNew = true;
      while (isNew && this.#last() < this.#wanted) {
        const { items } = await readEvents(this.#orderId, this.#last());
        const last = this.#last();
        const fresh = items.filter((event) => event.version > last);
        this.events = [...this.events, ...fresh];
        this.isLoaded = true;
        this.failure = null;
        isNew = fresh.length > 0;
      }
    } catch (error) {
      if (!isApiError(error)) throw error;
      this.failure = error;
    } finally {
      this.#isReading = false;
    }
  }

  #last(): number {
    return this.events.at(-1)?.version ?? 0;
  }
}
