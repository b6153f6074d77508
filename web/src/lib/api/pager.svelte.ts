import type { Page } from '#domain/contract/fields.ts';
import { isApiError, type ApiError } from './api-error.ts';

/** A paginated list. A restart discards responses still in flight. */
export class Pager<Item> {
  items: readonly Item[] = $state.raw([]);
  /** Null at the end of the list. */
  nextCursor: string | null = $state(null);
  isLoading: boolean = $state(false);
  /** False until the first page is loaded. */
  isLoaded: boolean = $state(false);
  failure: ApiError | null = $state.raw(null);

  readonly #readPage: (cursor: string | null, signal: AbortSignal) => Promise<Page<Item>>;
  #controller = new AbortController();

  constructor(readPage: (cursor: string | null, signal: AbortSignal) => Promise<Page<Item>>) {
    this.#readPage = readPage;
  }

  /** Reloads the first pages, enough for `count` items. The old items stay until then. */
  restart(count = 0): Promise<void> {
    this.stop();
    return this.#read(null, count);
  }

  /** Reloads what is shown without a sign of it. What was read stays if that fails, or if it changes meanwhile. */
  async refresh(): Promise<void> {
    if (!this.isLoaded || this.isLoading) return;
    const { signal } = this.#controller;
    const before = this.items;
    try {
      const page = await this.#readPages(null, before.length, signal);
      if (!signal.aborted && !this.isLoading && this.items === before) this.#take(page);
    } catch (error) {
      if (!signal.aborted && !isApiError(error)) throw error;
    }
  }

  /** Loads the next page, unless there is none or one is in flight. */
  async readMore(): Promise<void> {
    if (this.nextCursor !== null && !this.isLoading) await this.#read(this.nextCursor);
  }

  stop(): void {
    this.#controller.abort();
    this.#controller = new AbortController();
  }

  async #read(cursor: string | null, count = 0): Promise<void> {
    const { signal } = this.#controller;
    this.isLoading = true;
    this.failure = null;
    try {
      const page = await this.#readPages(cursor, count, signal);
      if (signal.aborted) return;
      this.#take(cursor === null ? page : { ...page, items: [...this.items, ...page.items] });
    } catch (error) {
      if (signal.aborted) return;
      if (!isApiError(error)) throw error;
      this.failure = error;
    } finally {
      if (!signal.aborted) this.isLoading = false;
    }
  }

  /** Reads the page at `cursor`, and those behind it until there are `count` items. */
  async #readPages(cursor: string | null, count: number, signal: AbortSignal): Promise<Page<Item>> {
    let page = await this.#readPage(cursor, signal);
    const items = [...page.items];
    while (items.length < count && page.nextCursor !== null && !signal.aborted) {
      page = await this.#readPage(page.nextCursor, signal);
      items.push(...page.items);
    }
    return { items, nextCursor: page.nextCursor };
  }

  #take({ items, nextCursor }: Page<Item>): void {
    this.items = items;
    this.nextCursor = nextCursor;
    this.isLoaded = true;
  }
}
