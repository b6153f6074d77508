import { hasEnded } from '#domain/order.ts';
import type { Order } from '#domain/contract/orders.ts';
import type { ListedRefund } from '#domain/contract/payments.ts';
import { isApiError, type ApiError } from '../api/api-error.ts';
import { readEvents, readRefunds, type HistoryEvent } from '../api/orders.ts';

/** A list that belongs to one order and changes with it: its history, its refunds. */
export class OrderPart<Item> {
  items: readonly Item[] = $state.raw([]);
  failure: ApiError | null = $state.raw(null);
  isLoaded: boolean = $state(false);

  readonly #readOn: (known: readonly Item[]) => Promise<readonly Item[]>;
  /** The order's version that the items reflect, and the one to reach. */
  #known = 0;
  #wanted = 0;
  #isReading = false;

  /** `readOn` gets the known items and returns all of them. */
  constructor(readOn: (known: readonly Item[]) => Promise<readonly Item[]>) {
    this.#readOn = readOn;
  }

  /** Reads the items for this version of the order, one request at a time; retries after a failure. */
  async follow(version: number): Promise<void> {
    this.#wanted = Math.max(this.#wanted, version);
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      while (this.#known < this.#wanted) {
        const asked = this.#wanted;
        this.items = await this.#readOn(this.items);
        this.#known = asked;
        this.isLoaded = true;
        this.failure = null;
      }
    } catch (error) {
      if (!isApiError(error)) throw error;
      this.failure = error;
    } finally {
      this.#isReading = false;
    }
  }
}

/** A history, oldest first. `read` returns the events above a version: known ones are not read again. */
export function historyOf<Event extends { readonly version: number }>(
  read: (after: number) => Promise<{ readonly items: readonly Event[] }>,
): OrderPart<Event> {
  return new OrderPart(async (known) => {
    const last = known.at(-1)?.version ?? 0;
    const { items } = await read(last);
    return [...known, ...items.filter(({ version }) => version > last)];
  });
}

/** An order's history. */
export function createHistory(orderId: string): OrderPart<HistoryEvent> {
  return historyOf((after) => readEvents(orderId, after));
}

/** An order's refunds, oldest first. */
export function createRefunds(orderId: string): OrderPart<ListedRefund> {
  return new OrderPart(async () => (await readRefunds(orderId)).items);
}

/** Whether an order may have refunds: one that was never paid has none. */
export function mayHaveRefunds({ confirmedAt, status }: Order): boolean {
  return confirmedAt !== null || hasEnded(status);
}
