import { isApiError } from '../../api/api-error.ts';
import type { OrderForAgents } from '#domain/contract/orders.ts';
import { searchOrders } from '../orders/order-calls.ts';

/** How often it is asked again: what went wrong with an order that has ended does not come to the board. */
const INTERVAL = 30_000;

/** Orders that need a person, wherever they are in their life, newest first. Kept up from `start` to `stop`. */
export class AttentionList {
  orders: readonly OrderForAgents[] = $state.raw([]);
  /** More of them than are listed. */
  hasMore: boolean = $state(false);
  #timer: ReturnType<typeof setInterval> | undefined;

  start(): void {
    void this.read();
    this.#timer = setInterval(() => void this.read(), INTERVAL);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Asks again. Without an answer the list stays as it is. */
  async read(): Promise<void> {
    try {
      const page = await searchOrders({ attention: true, limit: 10 });
      this.orders = page.items.filter((order) => order.needsAttention !== null);
      this.hasMore = page.nextCursor !== null;
    } catch (error) {
      if (!isApiError(error)) throw error;
    }
  }
}
