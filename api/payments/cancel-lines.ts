/**
 * `POST /api/orders/:id/refunds` for a round that is paid after: its lines are canceled. What nobody has paid is owed no
 * more, and what was paid goes back to who paid it.
 */

import { returnStock, type StockItem } from '../../db/catalog/stock/stock.ts';
import { cancelLines, LinesRefused, readLineCancellation } from '../../db/orders/tabs/cancel-lines.ts';
import type { OrderLine } from '../../domain/contract/orders.ts';
import type { CreateRefund } from '../../domain/contract/payments.ts';
import { ApiError, illegalTransition, invalidRequest } from '../http/api-error.ts';
import { runCommand, waitForOutcome } from '../http/command.ts';
import { aboveLimit } from './refund-limit.ts';
import type { OrderRecord } from '../../db/orders/orders/read-order.ts';
import { LINE_REFUSALS, startReserved, type RefundDependencies } from './start-refund.ts';

type Canceled = NonNullable<Awaited<ReturnType<typeof readLineCancellation>>>;

/** A request to cancel lines of a round. */
export interface LineCancelRequest {
  /** Derived from the sender's key. */
  readonly id: string;
  readonly requestHash: string;
  readonly record: OrderRecord;
  readonly body: CreateRefund;
  readonly actorId: string;
  readonly limit: number | null;
}

/** Cancels the lines, or all that is left, and returns what became of them. `isOver`: no refund is on its way. */
export async function cancelRoundLines(
  dependencies: RefundDependencies,
  { id, requestHash, record, body, actorId, limit }: LineCancelRequest,
): Promise<{ seen: Canceled; isOver: boolean }> {
  const { databases, deciders, feed, tabs } = dependencies;
  const { orders, catalog } = databases;
  const { order } = record;
  return runCommand<Canceled, { seen: Canceled; isOver: boolean }>({
    before: await readLineCancellation(orders, id),
    isSame: (canceled) => canceled.requestHash === requestHash,
    check: () => {
      if (body.amount === undefined && body.shareId === undefined) return;
      throw invalidRequest('This round is paid with its tab: say which lines are canceled.', [
        { path: ['lines'], code: 'lines_required' },
      ]);
    },
    assertReady: deciders.assertReady,
    write: async () => {
      try {
        await cancelLines(orders, order.id, {
          ...{ commandId: id, requestHash, reason: body.reason, actorId, limit },
          lines: body.lines,
        });
      } catch (error) {
        throw error instanceof LinesRefused ? refusalOf(error, record, limit) : error;
      }
      return (await readLineCancellation(orders, id)) ?? nothing(requestHash);
    },
    carryOut: async (canceled) => {
      if (body.restock) {
        const items = itemsOf(order.lines, body.lines);
        await returnStock(catalog, { id, orderId: order.id, items });
      }
      for (const { orderId, refundId } of canceled.refunds)
        await startReserved(dependencies, { orderId, refundId }, { tabId: order.tab?.id });
      if (order.tab) tabs.nudge(order.tab.id);
      return waitForOutcome(feed, canceled.refunds[0]?.orderId ?? order.id, canceled, {
        read: async () => (canceled.refunds.length > 0 ? readLineCancellation(orders, id) : canceled),
        isOver: (seen) => seen.isOver,
      });
    },
  });
}

/** A round that costs nothing: there is nothing to pay, and nothing to give back. */
function nothing(requestHash: string): Canceled {
  return { requestHash, reducedAmount: 0, refunds: [], isOver: true };
}

/** Of all that is left, the stock takes what it still has as sold. */
function itemsOf(lines: readonly OrderLine[], wanted: CreateRefund['lines']): StockItem[] {
  return lines.flatMap(({ id, variantId, quantity }) => {
    const units = wanted
      ? wanted.reduce((sum, line) => (line.lineId === id ? sum + line.quantity : sum), 0)
      : quantity;
    return units > 0 ? [{ variantId, quantity: units }] : [];
  });
}

function refusalOf({ reason, by }: LinesRefused, { order }: OrderRecord, limit: number | null): ApiError {
  switch (reason) {
    case 'already_claimed':
      return alreadyClaimed(by);
    case 'not_confirmed':
      return illegalTransition(order.status, { action: 'refund' });
    case 'above_limit':
      return aboveLimit(limit ?? 0, order.currency);
    default:
      return LINE_REFUSALS[reason]();
  }
}

/** 409: somebody is paying a part of it right now. */
export function alreadyClaimed(by: string | undefined): ApiError {
  const sentence = 'Somebody is paying a part of it at this moment. Please try again in a few minutes.';
  return new ApiError('already_claimed', sentence, { by });
}
