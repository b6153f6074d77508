import { hasEnded } from '#domain/order.ts';
import type { Order, Viewer } from '#domain/contract/orders.ts';
import { isApiError } from '../api/api-error.ts';
import { listOrders } from '../api/orders.ts';
import { LiveOrder } from '../live/live-order.svelte.ts';
import { MOST_RUNNING, readRunning, storeRunning } from './running-ids.ts';

/** The running orders of this browser or of the signed-in person, followed live. */
export class RunningOrders {
  #followed: readonly LiveOrder[] = $state.raw([]);
  #isStopped = false;

  /** `viewer`: whom of its people she is; null until it was read. */
  readonly orders: readonly { readonly order: Order; readonly viewer: Viewer | null }[] = $derived(
    this.#followed.flatMap(({ order, viewer }) =>
      order && !hasEnded(order.status) ? [{ order, viewer }] : [],
    ),
  );

  /** Follows the orders of this browser. Returns a function that stops it; ended orders are forgotten. */
  start(): () => void {
    for (const id of readRunning()) this.#follow(id);
    return () => {
      const over = this.#followed.filter(({ order, failure }) => (order ? hasEnded(order.status) : failure));
      storeRunning(readRunning().filter((id) => !over.some(({ orderId }) => orderId === id)));
      this.#isStopped = true;
      for (const live of this.#followed) live.stop();
      this.#followed = [];
    };
  }

  /** Follows those of the account, too, from all devices. */
  async addMine(): Promise<void> {
    try {
      const { items } = await listOrders();
      for (const order of items.filter(({ status }) => !hasEnded(status)).slice(0, MOST_RUNNING))
        this.#follow(order.id, order);
    } catch (error) {
      // The page of her orders shows them, with the error.
      if (!isApiError(error)) throw error;
    }
  }

  #follow(orderId: string, order?: Order): void {
    if (this.#isStopped || this.#followed.some((live) => live.orderId === orderId)) return;
    const live = new LiveOrder(orderId);
    this.#followed = [...this.#followed, live];
    if (order) live.accept(order);
    live.start();
  }
}
