/**
 * `POST /api/orders`: records the order, has its workflow hold the stock, and answers from that decision alone.
 * It waits for no Stripe call and no mail, and makes one order however often and however parallel the same key comes.
 */

import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import type { Config } from '../../config.ts';
import type { PlaceOrder } from '../../domain/contract/orders.ts';
import { formatAmount } from '../../domain/money.ts';
import type { Database } from '../../db/database.ts';
import { priceLines } from '../../db/catalog/pricing.ts';
import type { Databases } from '../../db/databases.ts';
import { firstPayRequestOf, hostOf, insertOrder, shareIdOf } from '../../db/orders/place-order.ts';
import { readAcceptance, readPlacedOrder, readShortages } from '../../db/orders/read-acceptance.ts';
import { readOrder, type OrderRecord } from '../../db/orders/read-order.ts';
import { readPayer } from '../../db/users/saved-cards.ts';
import type { OrderInput } from '../../workflows/messages.ts';
import { orderStartOptions } from '../../workflows/start-order.ts';
import { assertChargeable } from '../http/amounts.ts';
import { ApiError, idempotencyConflict, invalidRequest, tryAgain } from '../http/api-error.ts';
import type { OwnedIds } from '../http/idempotency.ts';
import { hashBody } from '../http/idempotency.ts';
import type { Metrics } from '../operations/metrics.ts';
import { judgePayer } from '../payments/payer.ts';
import type { OrderFeed } from '../realtime/order-feed.ts';
import { isUnreachable } from './workflow-updates.ts';

/** How long a hold may be decided after the order was recorded, and how long the caller waits for that. */
const ACCEPT_MS = 5_000;
/** How long the news of a decision are relied on before it is looked for. */
const LOOK_AGAIN_MS = 1_000;

export interface PlaceOrderDependencies {
  readonly config: Config;
  readonly databases: Databases;
  readonly temporal: Client;
  readonly ids: OwnedIds;
  readonly feed: OrderFeed;
  readonly metrics: Metrics;
}

/** A validated request to place a solo order, and who made it. */
export interface Placement {
  readonly body: PlaceOrder;
  readonly idempotencyKey: string;
  readonly requestId: string;
  readonly userId: string | null;
  readonly contact: { readonly name: string; readonly email: string };
}

/**
 * Places the order, or finds the one this key has placed before, and answers it as it is now. Throws
 * invalid_request, version_conflict, idempotency_conflict, out_of_stock, or try_again: then nothing is, or ever
 * will be, charged for it.
 */
export async function placeOrder(
  dependencies: PlaceOrderDependencies,
  placement: Placement,
): Promise<OrderRecord> {
  const { databases, ids } = dependencies;
  const { body, userId, contact, idempotencyKey } = placement;
  const principal = userId ?? ids.guestPrincipal(contact.email);
  const orderId = ids.idFor('order', principal, idempotencyKey);
  // A customer's contact is her account's: it may change between a request and its repeat.
  const requestHash = hashBody({ ...body, contact: userId === null ? contact : undefined });

  // The prices are read meanwhile: they are of use only if the order is new, which it mostly is.
  const [placed, pricing, payer] = await Promise.all([
    readPlacedOrder(databases.orders, orderId),
    priceLines(databases.catalog, body.lines),
    body.payment && readPayer(databases.users, { ...body.payment, userId }),
  ]);
  if (placed) {
    if (placed.requestHash !== requestHash) throw idempotencyConflict();
    const decided = placed.status !== 'placing' && (await readDecided(databases.orders, orderId));
    if (decided) return answer(dependencies, decided);
    return holdStock(dependencies, placement, orderId, { ...placed, isNew: false });
  }
  if ('problems' in pricing) {
    throw invalidRequest('Something in this order is not on the menu as you sent it.', pricing.problems);
  }
  const totalAmount = pricing.lines.reduce((sum, line) => sum + line.amount, 0);
  if (body.expectedAmount !== undefined && body.expectedAmount !== totalAmount) {
    throw new ApiError(
      'version_conflict',
      `Prices have changed meanwhile: this order is ${formatAmount(totalAmount, pricing.currency)} now.`,
      { totalAmount },
    );
  }
  assertChargeable(pricing.currency, [{ path: ['payment', 'tipAmount'], amount: body.payment?.tipAmount }]);
  if (totalAmount + (body.payment?.tipAmount ?? 0) > MAX_CHARGE) {
    throw invalidRequest('This order is too large.', [
      { path: ['payment', 'tipAmount'], message: 'makes the payment too large' },
    ]);
  }
  const payment = body.payment &&
    payer && {
      paymentMethodId: body.payment.paymentMethodId,
      tipAmount: body.payment.tipAmount ?? 0,
      account: judgePayer(payer, userId, body.payment.savePaymentMethod ?? false, ['payment']),
    };
  const { order, isNew } = await insertOrder(databases.orders, {
    id: orderId,
    requestHash,
    userId,
    contact,
    place: body.place ?? null,
    currency: pricing.currency,
    lines: pricing.lines,
    acceptForMs: ACCEPT_MS,
    ...(payment && { payment }),
  });
  // A parallel request with the same key may have been first, with another body.
  if (order.requestHash !== requestHash) throw idempotencyConflict();
  return holdStock(dependencies, placement, orderId, { totalAmount, currency: pricing.currency, isNew });
}

/** What Stripe takes in one charge. */
const MAX_CHARGE = 99_999_999;

/**
 * Starts the order's workflow, or finds the one that runs, and waits until its decision on the stock is in the record:
 * its task goes on with the payment meanwhile.
 */
async function holdStock(
  dependencies: PlaceOrderDependencies,
  placement: Placement,
  orderId: string,
  order: { totalAmount: number; currency: string; isNew: boolean },
): Promise<OrderRecord> {
  const { temporal, config } = dependencies;
  const input: OrderInput = {
    orderId,
    totalAmount: order.totalAmount,
    currency: order.currency,
    holdMs: config.holdMs,
    ...(placement.body.payment && {
      payRequestId: firstPayRequestOf(orderId),
      shareId: shareIdOf(orderId, 1, hostOf(orderId)),
    }),
  };
  const start = async () => {
    try {
      await temporal.withDeadline(Date.now() + ACCEPT_MS, () =>
        temporal.workflow.start('order', {
          ...orderStartOptions(input),
          memo: { requestId: placement.requestId },
        }),
      );
    } catch (error) {
      const hasEnded = error instanceof WorkflowExecutionAlreadyStartedError;
      if (!hasEnded && !isUnreachable(error)) throw error;
    }
  };
  // Listening from before the start on, or the decision might come unheard.
  const [record] = await Promise.all([waitForDecision(dependencies, orderId, order.isNew), start()]);
  return answer(dependencies, record);
}

/**
 * Waits until the order is decided, or until the database says that it cannot be accepted any more. Only then is it
 * safe to say try_again.
 */
async function waitForDecision(
  { databases, feed, metrics }: PlaceOrderDependencies,
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

/** The order, unless its hold is still to be decided. */
async function readDecided(orders: Database, orderId: string): Promise<OrderRecord | undefined> {
  const record = await readOrder(orders, orderId);
  if (!record) throw new Error(`order ${orderId} has gone`);
  return record.order.status === 'placing' ? undefined : record;
}

/** The answer to an order whose hold is decided. */
async function answer(dependencies: PlaceOrderDependencies, record: OrderRecord): Promise<OrderRecord> {
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
      { reason: 'too_late' },
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
  return `Sorry, “${first.name}” is short: ${left}${others}. Nothing was ordered or charged.`;
}
