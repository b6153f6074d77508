import type { Order } from '#domain/contract/orders.ts';
import { hasEnded } from '#domain/order.ts';
import { listOrders } from '../api/orders.ts';
import { Pager } from '../api/pager.svelte.ts';
import { LiveOrder } from '../live/live-order.svelte.ts';

/** The viewer's orders, newest first, paginated. Running ones are followed live until `stop`. */
export class MyOrders {
  readonly #pager = new Pager<Order>((cursor) => listOrders(cursor));
  readonly known = $derived(this.#pager.isLoaded);
  readonly busy = $derived(this.#pager.isLoading);
  readonly failure = $derived(this.#pager.failure);
  readonly hasMore = $derived(this.#pager.nextCursor !== null);
  readonly orders: readonly Order[] = $derived.by(() =>
    this.#pager.items.map((order) => {
      const live = this.#followed.get(order.id)?.order;
      return live && live.version > order.version ? live : order;
    }),
  );

  #followed: ReadonlyMap<string, LiveOrder> = $state.raw(new Map());
  #stopped = false;

  /** Loads the first or the next page. Keeps the list on failure. */
  async load(): Promise<void> {
    if (this.#pager.isLoaded) await this.#pager.readMore();
    else await this.#pager.restart();
    if (!this.#stopped) this.#follow(this.#pager.items.filter(({ status }) => !hasEnded(status)));
  }

  stop(): void {
    this.#stopped = true;
    this.#pager.stop();
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
