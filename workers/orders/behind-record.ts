/** Finds out whether an order's workflow is up to date with its record, and makes it catch up. */

import type { Client } from '@temporalio/client';
import { hasEnded } from '../../domain/order.ts';
import { isPaidWhole, type Progress } from '../../domain/standing.ts';
import { recordChanged } from '../../temporal/orders/messages.ts';
import { signalOrder } from '../../temporal/orders/signal.ts';
import type { WorkflowHealth } from '../reconciliation/workflow-health.ts';

/** A workflow that is up to date may still wait for this: a mail server that is unavailable. */
const SENDS_MAILS = 'sendOrderMails';

/** By then a workflow that knows of a question has decided it. */
const OVERDUE_MS = 5_000;

/**
 * Returns whether a running workflow has missed a change of its order's record, since the message was lost with a
 * worker. A workflow that is working on its order is not judged: it learns of the change when it is done.
 */
export function isBehind(health: WorkflowHealth, progress: Progress): boolean {
  if (health.status !== 'RUNNING') return false;
  // Its capture waits for the end of the change, unless that waits for somebody itself.
  if (progress.status === 'awaiting_payment' && progress.change && !progress.change.isWaiting) return true;
  if (isAtWork(health)) return false;
  const knowsStatus = health.orderStatus === progress.status;
  const knowsAttention = String(health.attention) === String(progress.attention);
  const knowsAmount = health.orderTotal === undefined || health.orderTotal === progress.totalAmount;
  const knowsNumber = health.orderNumber === progress.number;
  const knowsTab = health.tabId === progress.tabId;
  const isUpToDate = knowsStatus && knowsAttention && knowsAmount && knowsNumber && knowsTab;
  const hasMissedWish = isPaidWhole(progress) || (progress.cancelWish !== null && !hasEnded(progress.status));
  const hasMissedChange = progress.change !== undefined && !progress.change.isWaiting;
  const isOverdue = progress.question !== undefined && progress.question.deadline < Date.now() - OVERDUE_MS;
  const sendsMails = health.activities.some(({ type }) => type === SENDS_MAILS);
  return (
    !isUpToDate || hasMissedWish || hasMissedChange || isOverdue || (progress.hasUntriedMails && !sendsMails)
  );
}

/** Returns whether it has a pending workflow task, or a running activity. */
function isAtWork({ taskAttempts, activities }: WorkflowHealth): boolean {
  return taskAttempts > 0 || activities.some(({ type }) => type !== SENDS_MAILS);
}

/** Makes an order's workflow read its record. Safe to repeat; does nothing if it has closed meanwhile. */
export async function catchUpWorkflow(temporal: Client, orderId: string): Promise<void> {
  await signalOrder(temporal, orderId, recordChanged);
}
