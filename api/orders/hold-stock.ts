/** Has an order's workflow hold its stock, and waits for that decision: of orders placed alone, and of rounds. */

import type { Client } from '@temporalio/client';
import type { OrderStatus } from '../../domain/order.ts';
import type { OrderRecord } from '../../db/orders/orders/read-order.ts';
import type { OrderInput } from '../../temporal/orders/messages.ts';
import { startOrder } from '../../temporal/orders/start.ts';
import { answerDecided, readDecided, waitForDecision, type DecisionDependencies } from './decided-order.ts';
import { isUnreachable } from './workflow-updates.ts';

/** The time to decide a hold after the order was recorded, and the time the caller waits for it. */
export const ACCEPT_MS = 5_000;

interface RecordedOrder {
  readonly orderId: string;
  readonly status: OrderStatus;
  /** This request has recorded it. */
  readonly isNew: boolean;
}

/**
 * Starts the order's workflow, or finds the running one, and waits until the record has the decision on the stock. The
 * workflow goes on with the payment meanwhile. One that was decided before is answered as it is now, by the record
 * alone.
 */
export async function holdStock(
  dependencies: DecisionDependencies & { readonly temporal: Client },
  { orderId, status, isNew }: RecordedOrder,
  { requestId, readInput }: { requestId: string; readInput: () => Promise<OrderInput> },
): Promise<OrderRecord> {
  const { temporal, databases, deciders } = dependencies;
  if (!isNew) {
    const decided = status !== 'placing' && (await readDecided(databases.orders, orderId));
    if (decided) return answerDecided(dependencies, decided);
    await deciders.assertReady();
  }
  const input = await readInput();
  const start = async () => {
    try {
      await temporal.withDeadline(Date.now() + ACCEPT_MS, () =>
        startOrder(temporal, input, { memo: { requestId } }),
      );
    } catch (error) {
      if (!isUnreachable(error)) throw error;
    }
  };
  // Listens before the start, so that the decision's notification cannot be missed.
  const [record] = await Promise.all([waitForDecision(dependencies, orderId, isNew), start()]);
  return answerDecided(dependencies, record);
}
