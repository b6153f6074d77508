import { hasEnded } from '#domain/order.ts';
import { isApiError, type ApiError } from '../api/api-error.ts';
import type { ListedRefund } from '#domain/contract/payments.ts';
import type { Order } from '#domain/contract/orders.ts';
import { readRefunds } from '../api/orders.ts';

/** One order's refunds, oldest first. `follow` reads them again with every version that may have changed them. */
export class OrderRefunds {
  items: readonly ListedRefund[] = $state.raw([]);
  failure: ApiError | null = $state.raw(null);

  #version = 0;
  #isReading = false;

  /** Reads them as they are with this version of the order; what was never paid has none. */
  async follow(order: Order): Promise<void> {
    if (order.confirmedAt === null && !hasEnded(order.status)) return;
    if (order.version <= this.#version) return;
    this.#version = order.version;
    await this.read(order.id);
  }

  /** Reads them now, one request at a time. */
  async read(orderId: string): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      let version = 0;
      while (version < this.#version) {
        version = this.#version;
        this.items = (await readRefunds(orderId)).items;
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
