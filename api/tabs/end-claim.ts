import { randomUUID } from 'node:crypto';
import { hasEnded } from '../../domain/order.ts';
import {
  insertCancelRequest,
  isCanceledBy,
  refuseCancelRequest,
} from '../../db/orders/orders/cancel-requests.ts';
import { readOrder } from '../../db/orders/orders/read-order.ts';
import { cancel } from '../../temporal/orders/messages.ts';
import { ApiError } from '../http/api-error.ts';
import { waitForOutcome } from '../http/command.ts';
import { updateOrder } from '../orders/workflow-updates.ts';
import type { PayShareDependencies } from '../payments/pay-share.ts';
import { startSettlement } from './start-settlement.ts';

/**
 * Ends the claim of a settlement, as its payer's cancellation does: what it has set aside is free again. Resolves with
 * false, and ends nothing, while a bank or the till is at work on it; a payment that waits for its payer is voided.
 */
export async function endClaim(dependencies: PayShareDependencies, orderId: string): Promise<boolean> {
  const { databases, feed } = dependencies;
  const { orders } = databases;
  const found = await readOrder(orders, orderId);
  if (!found || hasEnded(found.order.status)) return true;
  const [share] = found.order.shares;
  if (share?.status !== 'due' && share?.status !== 'requires_action') return false;
  const id = randomUUID();
  const { host } = found.order;
  await insertCancelRequest(orders, {
    id,
    orderId,
    reason: null,
    restock: false,
    actor: 'host',
    actorId: host,
  });
  // The one that wrote it may have died before it started its workflow.
  await startSettlement(dependencies, { ...found.order, tabId: found.order.settles?.tabId }, id);
  try {
    await updateOrder({ ...dependencies, orders }, orderId, cancel, {
      updateId: id,
      args: [{ by: 'host', as: 'host', cancelRequestId: id }],
      asked: { action: 'cancel' },
      isDone: () => isCanceledBy(orders, orderId, id),
    });
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 'illegal_transition')) throw error;
    // It was paid, or has ended, at this moment.
    await refuseCancelRequest(orders, id);
  }
  const { isOver } = await waitForOutcome(feed, orderId, found, {
    read: () => readOrder(orders, orderId),
    isOver: ({ order }) => hasEnded(order.status),
  });
  return isOver;
}
