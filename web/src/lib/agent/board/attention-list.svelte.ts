import { isApiError } from '../../api/api-error.ts';
import type { OrderForAgents } from '#domain/contract/orders.ts';
import { searchOrders } from '../orders/order-calls.ts';

/** Polling interval: problems of ended orders do not reach the board. */
const INTERVAL = 30_000;

/** Orders that need a person, in any status, newest first. Polled from `start` to `stop`. */
export class AttentionList {
  orders: readonly OrderForAgents[] = $state.raw([]);
  /** Whether more exist than are listed. */
  hasMore: boolean = $state(false);
  #timer: ReturnType<typeof setInterval> | undefined;

  start(): void {
    void this.read();
    this.#timer = setInterval(() => void this.read(), INTERVAL);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Reloads. Keeps the list if the request fails. */
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
