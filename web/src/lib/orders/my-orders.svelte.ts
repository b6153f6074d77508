import type { Order } from '#domain/contract/orders.ts';
import { hasEnded } from '#domain/order.ts';
import { isApiError, type ApiError } from '../api/api-error.ts';
import { listOrders } from '../api/orders.ts';
import { LiveOrder } from '../live/live-order.svelte.ts';

/** The viewer's orders, newest first, page by page. Those that have not ended are followed live until `stop`. */
export class MyOrders {
  known = $state(false);
  busy = $state(false);
  failure: ApiError | null = $state.raw(null);
  readonly orders: readonly Order[] = $derived.by(() =>
    this.#listed.map((order) => {
      const live = this.#followed.get(order.id)?.order;
      return live && live.version > order.version ? live : order;
    }),
  );
  readonly hasMore: boolean = $derived.by(() => this.#nextCursor !== null);

  #listed: readonly Order[] = $state.raw([]);
  #nextCursor: string | null = $state(null);
  #followed: ReadonlyMap<string, LiveOrder> = $state.raw(new Map());
  #stopped = false;

  /** Loads the first page, or the next. Keeps what is there when it fails. */
  async load(): Promise<void> {
    this.busy = true;
    try {
      const page = await listOrders(this.#nextCursor);
      if (this.#stopped) return;
      const known = new Set(this.#listed.map((order) => order.id));
      this.#listed = [...this.#listed, ...page.items.filter((order) => !known.has(order.id))];
      this.#nextCursor = page.nextCursor;
      this.known = true;
      this.failure = null;
      this.#follow(page.items.filter((order) => !hasEnded(order.status)));
    } catch (error) {
      if (!isApiError(error)) throw error;
      this.failure = error;
    } finally {
      this.busy = false;
    }
  }

  stop(): void {
    this.#stopped = true;
    for (const live of this.#followed.values()) live.stop();
  }

  #follow(orders: readonly Order[]): void {
    const followed = new Map(this.#followed);
    for (const order of orders) {
      if (followed.has(order.id)) continue;
      const live = new LiveOrder(order.id);
      live.accept(order);
      live.start();
      followed.set(order.id, live);
    }
    this.#followed = followed;
  }
}
