/** Orders that were written while Temporal was away have no workflow: they get one, which refuses them as too late. */

import type { Client } from '@temporalio/client';
import type { Database } from '../../db/database.ts';
import { OrderEntity } from '../../db/orders/entities/order.ts';
import { listOverduePlacing } from '../../db/orders/orders/place-order.ts';
import { startOrder } from '../../temporal/orders/start.ts';

const EVERY_MS = 15_000;

/** Looks every 15 seconds, and at once. `onError` hears of a round that failed; the next one tries again. */
export function startOverdueOrders(options: {
  orders: Database;
  client: Client;
  onError: (message: string, error: unknown) => void;
}): { stop(): Promise<void> } {
  let round: Promise<void> = Promise.resolve();
  const look = () => {
    round = startAll().catch((error: unknown) =>
      options.onError('overdue orders could not be started', error),
    );
  };
  const timer = setInterval(look, EVERY_MS);
  look();
  return {
    stop: async () => {
      clearInterval(timer);
      await round;
    },
  };

  async function startAll(): Promise<void> {
    for (const orderId of await listOverduePlacing(options.orders, 100)) {
      const row = await options.orders.em.fork().findOneOrFail(OrderEntity, { id: orderId });
      const { totalAmount, currency } = row;
      await startOrder(options.client, { orderId, totalAmount, currency, holdMs: 1_000 });
    }
  }
}
