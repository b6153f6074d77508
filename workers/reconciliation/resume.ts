/** Starts workflows from the record, if Temporal has lost them or they cannot go on. No workflow uses this module. */

import type { Client } from '@temporalio/client';
import type { Database } from '../../db/database.ts';
import { readOrderToResume, type OrderToResume } from '../../db/orders/orders/read-resume.ts';
import { readSought } from '../../db/orders/orders/read-sought.ts';
import { isTabOver } from '../../db/orders/reconciliation/quiet-work.ts';
import { readRefund } from '../../db/orders/refunds/refunds.ts';
import { hasEnded } from '../../domain/order.ts';
import { ofRound, orderWorkflowId, type OrderInput } from '../../temporal/orders/messages.ts';
import { refundWorkflowId } from '../../temporal/refunds/messages.ts';
import { startRefund } from '../../temporal/refunds/start.ts';
import { startOrder } from '../../temporal/orders/start.ts';
import { tabWorkflowId } from '../../temporal/tabs/messages.ts';
import { startTab } from '../../temporal/tabs/start.ts';
import { readWorkflowHealth } from './workflow-health.ts';
import { FAILING_TASK_ATTEMPTS } from '../../domain/reconciliation.ts';

/** `over`: there is nothing left to do; `at_work`: one is running that can go on by itself. */
export type Resumed = 'resumed' | 'at_work' | 'over';

/** The minimum time that a share gets to be paid after a resume. */
const SHORTEST_HOLD_MS = 1_000;

/** Resumes an order from its record. A workflow whose task fails repeatedly is terminated first. */
export async function resumeOrder(
  dependencies: { orders: Database; temporal: Client },
  orderId: string,
): Promise<Resumed> {
  const { orders, temporal } = dependencies;
  if (!(await makeWay(temporal, orderWorkflowId(orderId)))) return 'at_work';
  // Read once no workflow is running: until then it may have moved on, or ended.
  const order = await readOrderToResume(orders, orderId);
  // An ended order may have left a change open, which its workflow gives up.
  if (!order || (hasEnded(order.status) && !order.isChanging)) return 'over';
  // The one exception to the rule of one workflow per order: the first is lost or was terminated above.
  await startOrder(temporal, inputOf(orderId, order), { again: true });
  return 'resumed';
}

/** Resumes a reserved refund. */
export async function resumeRefund(
  { orders, temporal }: { orders: Database; temporal: Client },
  refundId: string,
): Promise<Resumed> {
  if (!(await makeWay(temporal, refundWorkflowId(refundId)))) return 'at_work';
  const refund = await readRefund(orders, refundId);
  if (!refund || refund.status !== 'pending' || refund.madeAt) return 'over';
  const { orderId } = refund;
  const of = await readSought(orders, orderId);
  await startRefund(temporal, { orderId, refundId }, of, { again: true });
  return 'resumed';
}

/** Resumes a tab that has not ended. */
export async function resumeTab(
  { orders, temporal }: { orders: Database; temporal: Client },
  tabId: string,
): Promise<Resumed> {
  if (!(await makeWay(temporal, tabWorkflowId(tabId)))) return 'at_work';
  if (await isTabOver(orders, tabId)) return 'over';
  await startTab(temporal, { tabId }, { again: true });
  return 'resumed';
}

/** Terminates a workflow that cannot go on; returns false for one that can. */
async function makeWay(temporal: Client, workflowId: string): Promise<boolean> {
  const health = await readWorkflowHealth(temporal, workflowId);
  if (health.status !== 'RUNNING') return true;
  if (health.taskAttempts < FAILING_TASK_ATTEMPTS) return false;
  await temporal.workflow.getHandle(workflowId).terminate('its tasks fail: resumed from its record');
  return true;
}

function inputOf(orderId: string, order: OrderToResume): OrderInput {
  const { status, totalAmount, currency, deadline, attempts } = order;
  const leftMs = deadline ? deadline.getTime() - Date.now() : 0;
  return {
    orderId,
    totalAmount,
    currency,
    holdMs: Math.max(SHORTEST_HOLD_MS, leftMs),
    ...ofRound(order),
    resumeFrom: status,
    attempts,
  };
}
