/** `POST /api/orders/:id/refunds`: refunds captured money, never more than was captured. */

import type { Client } from '@temporalio/client';
import { formatAmount } from '../../domain/money.ts';
import type { Settings } from '../../db/catalog/shop/settings.ts';
import type { Databases } from '../../db/databases.ts';
import type { RefundRow } from '../../db/orders/entities/payment.ts';
import { readOrder, type OrderRecord } from '../../db/orders/orders/read-order.ts';
import { readRefund, reserveRefund } from '../../db/orders/refunds/refunds.ts';
import type { RefundRefusal } from '../../domain/refund.ts';
import type { RefundInput } from '../../temporal/refunds/messages.ts';
import type { OrderSought } from '../../temporal/search-attributes.ts';
import { startRefund } from '../../temporal/refunds/start.ts';
import { assertChargeable } from '../http/amounts.ts';
import { illegalTransition, invalidRequest, tryAgain, type Why } from '../http/api-error.ts';
import { OUTCOME_MS, runCommand, waitForOutcome } from '../http/command.ts';
import { hashBody, requestIdFor } from '../http/idempotency.ts';
import type { Handlers } from '../http/route.ts';
import { aboveLimit, refundLimitOf } from './refund-limit.ts';
import type { Deciders } from '../orders/deciders.ts';
import { isUnreachable } from '../orders/workflow-updates.ts';
import type { OrderFeed } from '../realtime/order-feed.ts';

export interface RefundDependencies {
  readonly settings: Settings;
  readonly databases: Databases;
  readonly temporal: Client;
  readonly feed: OrderFeed;
  readonly deciders: Deciders;
}

export function refundRoutes(dependencies: RefundDependencies) {
  const { settings, databases, feed, deciders } = dependencies;
  const { orders } = databases;
  return {
    'POST /api/orders/:id/refunds': async ({ body, access: { record }, user, idempotencyKey }) => {
      const orderId = record.order.id;
      const requestHash = hashBody({ orderId, ...body });
      const id = requestIdFor('refund', user.id, idempotencyKey);
      const limit = refundLimitOf(await settings.read(), user.role);
      const { seen: refund, isOver } = await runCommand<RefundRow, { seen: RefundRow; isOver: boolean }>({
        before: await readRefund(orders, id),
        isSame: (row) => row.requestHash === requestHash,
        check: () => assertChargeable(record.order.currency, [{ path: ['amount'], amount: body.amount }]),
        assertReady: deciders.assertReady,
        write: async () => {
          const reserved = await reserveRefund(orders, {
            ...{ id, orderId, requestHash, limit, actorId: user.id },
            ...{ shareId: body.shareId, lines: body.lines, amount: body.amount },
            ...{ reason: body.reason, restock: body.restock ?? false },
          });
          if ('refund' in reserved) return reserved.refund;
          if (reserved.refused === 'above_limit') throw aboveLimit(limit ?? 0, record.order.currency);
          throw refusal(reserved.refused, reserved.refundable, record);
        },
        carryOut: async (row) => {
          const { number, tab, settles } = record.order;
          const of = { orderNumber: number, tabId: tab?.id ?? settles?.tabId };
          await start(dependencies, { orderId, refundId: id }, of);
          return waitForOutcome(feed, orderId, row, {
            read: () => readRefund(orders, id),
            isOver: ({ status, madeAt }) => status !== 'pending' || madeAt != null,
          });
        },
      });
      const { order } = (await readOrder(orders, orderId))!;
      const { amount, cause, reason, status } = refund;
      const answer = { id, amount, cause, reason: reason ?? null, status };
      return { status: isOver ? 201 : 202, body: { order, refund: answer } };
    },
  } satisfies Partial<Handlers>;
}

/** Starts the refund's workflow. If it cannot be started now, a worker starts it within two minutes. */
async function start({ temporal }: RefundDependencies, input: RefundInput, of: OrderSought): Promise<void> {
  try {
    await temporal.withDeadline(Date.now() + OUTCOME_MS, () => startRefund(temporal, input, of));
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    throw tryAgain('The refund is reserved, but could not be started yet. Please send it again in a moment.');
  }
}

/** The reason why a payment that its bank reversed is not refunded. */
const DISPUTED: Why = {
  reason: 'disputed',
  sentence: 'The customer’s bank has taken this payment back: a refund would give it back twice.',
};

function refusal(reason: RefundRefusal, refundable: number, { order }: OrderRecord) {
  switch (reason) {
    case 'nothing_captured':
      return illegalTransition(order.status, { action: 'refund' });
    case 'disputed':
      return illegalTransition(order.status, { action: 'refund' }, DISPUTED);
    case 'more_than_captured':
      return invalidRequest(
        refundable > 0
          ? `At most ${formatAmount(refundable, order.currency)} can be given back.`
          : 'All of it was given back already.',
        [{ path: ['amount'], code: 'more_than_left', maximum: refundable, currency: order.currency }],
      );
    case 'unknown_line':
      return invalidRequest('A line is not one of this order, or has fewer pieces.', [
        { path: ['lines'], code: 'unknown_line' },
      ]);
    case 'line_refunded':
      return invalidRequest('Some of these pieces were refunded already.', [
        { path: ['lines'], code: 'line_refunded' },
      ]);
    case 'costs_nothing':
      return invalidRequest('There is nothing to give back for that.', [
        { path: ['lines'], code: 'costs_nothing' },
      ]);
    case 'choose_lines':
      return invalidRequest('This order was paid by several people: say what goes back on sale.', [
        { path: ['lines'], code: 'lines_required' },
      ]);
    case 'choose_share':
      return invalidRequest('This order was paid by several people: say whose share it is.', [
        { path: ['shareId'], code: 'share_required' },
      ]);
  }
}
