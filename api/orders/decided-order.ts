/** Waits for the workflow's decision on an order's stock, and responds with it. */

import { isolate } from '../../domain/isolate.ts';
import type { Database } from '../../db/database.ts';
import type { Databases } from '../../db/databases.ts';
import { readAcceptance, readShortages } from '../../db/orders/orders/read-acceptance.ts';
import { readOrder, type OrderRecord } from '../../db/orders/orders/read-order.ts';
import type { RefusalReason } from '../../domain/failures.ts';
import { ApiError, tryAgain } from '../http/api-error.ts';
import type { Metrics } from '../operations/metrics.ts';
import type { OrderFeed } from '../realtime/order-feed.ts';
import type { Deciders } from './deciders.ts';

/** How long to rely on the notification of a decision before the record is read anyway. */
const LOOK_AGAIN_MS = 1_000;

export interface DecisionDependencies {
  readonly databases: Databases;
  readonly feed: OrderFeed;
  readonly metrics: Metrics;
  readonly deciders: Deciders;
}

/** Waits until the order is decided, or until the database rules out acceptance. Only then is try_again safe. */
export async function waitForDecision(
  { databases, feed, metrics }: DecisionDependencies,
  orderId: string,
  isNew: boolean,
): Promise<OrderRecord> {
  const look = () => readDecided(databases.orders, orderId);
  for (let lookAtOnce = !isNew; ; lookAtOnce = true) {
    const decided = await feed.waitFor(orderId, look, LOOK_AGAIN_MS, { lookAtOnce });
    if (decided) return decided;
    const acceptance = await readAcceptance(databases.orders, orderId);
    if (acceptance?.status === 'placing' && acceptance.isLate) break;
  }
  metrics.countOrder('unanswered');
  throw tryAgain(
    'We could not take your order just now, and nothing is charged for it. Please try again in a moment.',
  );
}

/** Returns the order, or undefined while its hold is undecided. */
export async function readDecided(orders: Database, orderId: string): Promise<OrderRecord | undefined> {
  const record = await readOrder(orders, orderId);
  if (!record) throw new Error(`order ${orderId} has gone`);
  return record.order.status === 'placing' ? undefined : record;
}

/** Returns an order whose stock is held. Throws out_of_stock, or try_again if the decision came too late. */
export async function answerDecided(
  dependencies: DecisionDependencies,
  record: OrderRecord,
): Promise<OrderRecord> {
  const { databases, metrics } = dependencies;
  const { order } = record;
  if (order.status !== 'rejected') {
    metrics.countOrder('accepted');
    return record;
  }
  if (order.reason === 'too_late') {
    metrics.countOrder('too_late');
    throw tryAgain(
      'We could not take your order in time, and nothing is charged for it. Please order again.',
      { reason: 'too_late' satisfies RefusalReason },
    );
  }
  metrics.countOrder('out_of_stock');
  const shortages = await readShortages(databases.orders, order.id);
  const details = shortages.map((shortage) => ({
    ...shortage,
    name: order.lines.find((line) => line.variantId === shortage.variantId)?.name ?? '',
  }));
  throw new ApiError('out_of_stock', shortageSentence(details), details);
}

function shortageSentence(shortages: readonly { name: string; available: number }[]): string {
  const [first] = shortages;
  if (!first) return 'Something in this order has just sold out.';
  const left = first.available === 0 ? 'none is left' : `only ${first.available} left`;
  const others = shortages.length > 1 ? ` (and ${shortages.length - 1} more)` : '';
  return `Sorry, “${isolate(first.name)}” is short: ${left}${others}. Nothing was ordered or charged.`;
}
