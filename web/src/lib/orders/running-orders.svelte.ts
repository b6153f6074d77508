import { hasEnded } from '#domain/order.ts';
import type { Order } from '#domain/contract/orders.ts';
import { isApiError } from '../api/api-error.ts';
import { listOrders } from '../api/orders.ts';
import { readStored, writeStored } from '../browser/stored.ts';
import { LiveOrder } from '../live/live-order.svelte.ts';

const STORED_AS = 'sharetab.running.1';
/** Further ones are on the page of all her orders. */
const MOST = 3;

/** Remembers an order of this browser, for the menu to show while it runs. */
export function rememberRunning(orderId: string): void {
  storeIds([orderId, ...storedIds().filter((id) => id !== orderId)].slice(0, MOST));
}

/** The running orders of this browser or of the signed-in person, followed live. */
export class RunningOrders {
  #followed: readonly LiveOrder[] = $state.raw([]);
  #isStopped = false;

  readonly orders: readonly Order[] = $derived(
    this.#followed.flatMap(({ order }) => (order && !hasEnded(order.status) ? [order] : [])),
  );

  /** Follows the orders of this browser. Returns a function that stops it; ended orders are forgotten. */
  start(): () => void {
    for (const id of storedIds()) this.#follow(id);
    return () => {
      const over = this.#followed.filter(({ order, failure }) => (order ? hasEnded(order.status) : failure));
      storeIds(storedIds().filter((id) => !over.some(({ orderId }) => orderId === id)));
      this.#isStopped = true;
      for (const live of this.#followed) live.stop();
      this.#followed = [];
    };
  }

  /** Follows those of the account, too, from all devices. */
  async addMine(): Promise<void> {
    try {
      const { items } = await listOrders();
      for (const order of items.filter(({ status }) => !hasEnded(status)).slice(0, MOST))
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

function storedIds(): string[] {
  const stored = readStored<unknown>(STORED_AS);
  return Array.isArray(stored) ? stored.filter((id) => typeof id === 'string') : [];
}

function storeIds(ids: readonly string[]): void {
  writeStored(STORED_AS, ids.length > 0 ? ids : undefined);
}
