/** Whether an order's workflow knows where its order stands, and how it is told. */

import type { Client } from '@temporalio/client';
import { hasEnded } from '../../domain/order.ts';
import { isPaidWhole, type Progress } from '../../domain/standing.ts';
import { recordChanged } from '../../temporal/orders/messages.ts';
import { signalOrder } from '../../temporal/orders/signal.ts';
import type { WorkflowHealth } from '../reconciliation/workflow-health.ts';

/** What a workflow may wait for though it knows all: a mail server that is away. */
const SENDS_MAILS = 'sendOrderMails';

/**
 * Whether a workflow that runs has missed something of its order's record, as the message about it was lost with a
 * worker. One that is just at work on its order is not judged: it knows when it is done.
 */
export function isBehind(health: WorkflowHealth, progress: Progress): boolean {
  if (health.status !== 'RUNNING' || isAtWork(health)) return false;
  const knowsStatus = health.orderStatus === progress.status;
  const knowsAttention = String(health.attention) === String(progress.attention);
  const hasMissedWish = isPaidWhole(progress) || (progress.cancelWish !== null && !hasEnded(progress.status));
  const sendsMails = health.activities.some(({ type }) => type === SENDS_MAILS);
  return !knowsStatus || !knowsAttention || hasMissedWish || (progress.hasUntriedMails && !sendsMails);
}

/** It has a task, or a step that is being done. */
function isAtWork({ taskAttempts, activities }: WorkflowHealth): boolean {
  return taskAttempts > 0 || activities.some(({ type }) => type !== SENDS_MAILS);
}

/** Has an order's workflow read its record. Safe to repeat; one that has ended meanwhile need not. */
export async function catchUpWorkflow(temporal: Client, orderId: string): Promise<void> {
  await signalOrder(temporal, orderId, recordChanged);
}
