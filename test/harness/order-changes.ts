/** Listens for order changes, as an API does, so that waiting for an order needs no polling. */

import { Client } from 'pg';
import { ORDER_CHANGES_CHANNEL } from '../../db/orders/orders/changes.ts';

export interface OrderChanges {
  /** Resolves when the order may have changed, and after one second at the latest, since notifications can be lost. */
  next(orderId: string): Promise<void>;
  stop(): Promise<void>;
}

const LOOK_AT_LEAST_EVERY_MS = 1_000;

/** Starts listening. */
export async function listenToOrders(ordersUrl: string): Promise<OrderChanges> {
  const waiting = new Map<string, PromiseWithResolvers<void>>();
  const tell = (orderId: string, waited = waiting.get(orderId)) => {
    if (waited && waiting.get(orderId) === waited) waiting.delete(orderId);
    waited?.resolve();
  };
  const client = new Client({ connectionString: ordersUrl });
  // A test may stop the server; waiting then falls back to polling every second.
  client.on('error', () => undefined);
  client.on('notification', ({ payload = '' }) => {
    for (const orderId of payload.split(',')) tell(orderId);
  });
  await client.connect();
  await client.query(`listen ${ORDER_CHANGES_CHANNEL}`);
  return {
    next: (orderId) => {
      const known = waiting.get(orderId);
      if (known) return known.promise;
      const wait = Promise.withResolvers<void>();
      waiting.set(orderId, wait);
      setTimeout(() => tell(orderId, wait), LOOK_AT_LEAST_EVERY_MS).unref();
      return wait.promise;
    },
    stop: () => client.end(),
  };
}
