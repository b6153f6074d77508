/** Temporal's state of one workflow, as far as it shows whether the workflow makes progress. */

import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import {
  ORDER_ATTENTION,
  ORDER_NUMBER,
  ORDER_STATUS,
  ORDER_TOTAL,
  TAB_ID,
} from '../../temporal/search-attributes.ts';
import type { QuietSubject } from '../../db/orders/reconciliation/quiet-work.ts';
import type { FoundDifference } from '../../domain/compare-payment.ts';
import type { Progress } from '../../domain/standing.ts';
import { isBehind } from '../orders/behind-record.ts';
import { FAILING_TASK_ATTEMPTS, STUCK_ACTIVITY_ATTEMPTS } from '../../domain/reconciliation.ts';

export interface WorkflowHealth {
  /** Temporal's status name; `MISSING` if there is no workflow. */
  readonly status: string;
  /** The attempt count of its pending task. */
  readonly taskAttempts: number;
  readonly activities: readonly PendingActivity[];
  /** For an order's workflow: the order's status, attention, total, number and tab by the workflow. */
  readonly orderStatus: string | undefined;
  readonly attention: readonly string[];
  readonly orderTotal: number | undefined;
  readonly orderNumber: number | undefined;
  readonly tabId: string | undefined;
}

/** A pending activity. */
export interface PendingActivity {
  readonly id: string;
  readonly type: string;
  readonly attempt: number;
  /** Whether an attempt is running now, instead of waiting for the next one. */
  readonly isBeingTried: boolean;
}

const MISSING: WorkflowHealth = {
  status: 'MISSING',
  taskAttempts: 0,
  activities: [],
  orderStatus: undefined,
  attention: [],
  orderTotal: undefined,
  orderNumber: undefined,
  tabId: undefined,
};

/** `PENDING_ACTIVITY_STATE_STARTED` of Temporal's API. */
const STARTED = 2;

/** Reads the state of a workflow's newest run. */
export async function readWorkflowHealth(temporal: Client, workflowId: string): Promise<WorkflowHealth> {
  try {
    const { status, raw, typedSearchAttributes } = await temporal.workflow.getHandle(workflowId).describe();
    return {
      orderStatus: typedSearchAttributes.get(ORDER_STATUS),
      attention: typedSearchAttributes.get(ORDER_ATTENTION) ?? [],
      orderTotal: typedSearchAttributes.get(ORDER_TOTAL),
      orderNumber: typedSearchAttributes.get(ORDER_NUMBER),
      tabId: typedSearchAttributes.get(TAB_ID),
      status: status.name,
      taskAttempts: raw.pendingWorkflowTask?.attempt ?? 0,
      activities: (raw.pendingActivities ?? []).map(({ activityId, activityType, attempt, state }) => ({
        id: activityId ?? '',
        type: activityType?.name ?? '',
        attempt: attempt ?? 0,
        isBeingTried: Number(state) === STARTED,
      })),
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return MISSING;
    throw error;
  }
}

/** The subject of a workflow, for its differences. */
export type WorkflowSubject = Pick<FoundDifference, 'orderId' | 'amount' | 'currency'> & {
  readonly orderStatus?: string;
  /** For a refund's workflow. */
  readonly refundId?: string;
  /** For a tab's workflow. */
  readonly tabId?: string;
};

/** Returns an order or refund as the subject of its workflow. */
export function subjectOf(subject: QuietSubject & Pick<WorkflowSubject, 'refundId'>): WorkflowSubject {
  const { orderId, amount, currency, orderStatus, refundId } = subject;
  return { orderId, amount, currency, orderStatus, ...(refundId !== undefined && { refundId }) };
}

/** Returns a tab as the subject of its workflow: what it owes is its rounds'. */
export function subjectOfTab(tabId: string): WorkflowSubject {
  return { orderId: null, amount: null, currency: null, tabId };
}

/** Returns the difference for a workflow that should be running. */
export function judgeWorkflow(
  workflowId: string,
  health: WorkflowHealth,
  { orderStatus, refundId, tabId, ...subject }: WorkflowSubject,
): FoundDifference[] {
  const known = { ...subject, paymentId: null, intentId: null };
  const details = {
    workflowId,
    ...(orderStatus !== undefined && { orderStatus }),
    ...(refundId !== undefined && { refundId }),
    ...(tabId !== undefined && { tabId }),
  };
  if (health.status !== 'RUNNING') {
    const missing = { ...details, workflowStatus: health.status.toLowerCase() };
    return [{ kind: 'missing_workflow', subject: workflowId, ...known, details: missing }];
  }
  const found: FoundDifference[] = [];
  if (health.taskAttempts >= FAILING_TASK_ATTEMPTS)
    found.push({
      kind: 'failing_workflow',
      subject: workflowId,
      ...known,
      details: { ...details, attempt: health.taskAttempts },
    });
  for (const { id, type, attempt } of health.activities) {
    if (attempt < STUCK_ACTIVITY_ATTEMPTS) continue;
    found.push({
      kind: 'stuck_activity',
      subject: `${workflowId}/${id}`,
      ...known,
      details: { ...details, activity: type, activityId: id, attempt },
    });
  }
  return found;
}

/** Returns the difference for a workflow that has missed a change of its order's record; undefined if it has not. */
export function judgeBehind(
  workflowId: string,
  health: WorkflowHealth,
  progress: Progress,
  { orderId, amount, currency }: WorkflowSubject,
): FoundDifference | undefined {
  if (!isBehind(health, progress)) return undefined;
  return {
    kind: 'workflow_behind',
    subject: workflowId,
    ...{ orderId, amount, currency, paymentId: null, intentId: null },
    details: {
      workflowId,
      orderStatus: progress.status,
      workflowStatus: health.orderStatus ?? 'unknown',
      attention: progress.attention.join(', '),
      workflowAttention: health.attention.join(', '),
    },
  };
}
