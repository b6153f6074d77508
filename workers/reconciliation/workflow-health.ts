/** What Temporal says of one workflow, as far as it tells whether somebody is at work on it. */

import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { QuietSubject } from '../../db/orders/quiet-work.ts';
import type { FoundDifference } from '../../domain/compare-payment.ts';
import { FAILING_TASK_ATTEMPTS, STUCK_ACTIVITY_ATTEMPTS } from '../../domain/reconciliation.ts';

export interface WorkflowHealth {
  /** As Temporal names it; `MISSING` where there is none. */
  readonly status: string;
  /** How often its pending task was tried. */
  readonly taskAttempts: number;
  readonly activities: readonly PendingActivity[];
}

/** An activity that has not ended. */
export interface PendingActivity {
  readonly id: string;
  readonly type: string;
  readonly attempt: number;
  /** It is being tried at this moment, not waiting for its next try. */
  readonly isBeingTried: boolean;
}

/** `PENDING_ACTIVITY_STATE_STARTED` of Temporal's API. */
const STARTED = 2;

/** Asks Temporal for a workflow's newest run. */
export async function readWorkflowHealth(temporal: Client, workflowId: string): Promise<WorkflowHealth> {
  try {
    const { status, raw } = await temporal.workflow.getHandle(workflowId).describe();
    return {
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
    if (error instanceof WorkflowNotFoundError) return { status: 'MISSING', taskAttempts: 0, activities: [] };
    throw error;
  }
}

/** Of what a workflow is at work, for its differences. */
export type WorkflowSubject = Pick<FoundDifference, 'orderId' | 'amount' | 'currency'> & {
  readonly orderStatus?: string;
};

/** An order or refund as the subject of its workflow. */
export function subjectOf({ orderId, amount, currency, orderStatus }: QuietSubject): WorkflowSubject {
  return { orderId, amount, currency, orderStatus };
}

/** What is wrong with a workflow that should be running. */
export function judgeWorkflow(
  workflowId: string,
  health: WorkflowHealth,
  { orderStatus, ...subject }: WorkflowSubject,
): FoundDifference[] {
  const known = { ...subject, paymentId: null, intentId: null };
  const details = { workflowId, ...(orderStatus !== undefined && { orderStatus }) };
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
