/** Starts workflows; all code outside of workflows uses this function. */

import {
  WorkflowExecutionAlreadyStartedError,
  type Client,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { ORDERS_QUEUE } from './queues.ts';
import type { WorkflowInputs } from './workflows.ts';

/** The workflow to start: once per `workflowId`, unless it may be started `again` after it has closed. */
export interface WorkflowStart<Type extends keyof WorkflowInputs> extends Pick<
  WorkflowStartOptions,
  'memo' | 'staticDetails' | 'typedSearchAttributes' | 'workflowRunTimeout' | 'workflowTaskTimeout'
> {
  readonly type: Type;
  readonly workflowId: string;
  readonly input: WorkflowInputs[Type];
  /** The description in Temporal's UI. */
  readonly summary: string;
  readonly again?: boolean;
}

/**
 * Starts a workflow, or joins the one running under its id. Resolves with the id of that run, or with undefined when a
 * closed one is not started again. Safe to repeat. Throws when Temporal does not answer.
 */
export async function startWorkflow<Type extends keyof WorkflowInputs>(
  temporal: Client,
  { type, input, summary, again = false, ...options }: WorkflowStart<Type>,
): Promise<string | undefined> {
  try {
    const { firstExecutionRunId } = await temporal.workflow.start(type, {
      ...options,
      taskQueue: ORDERS_QUEUE,
      args: [input],
      staticSummary: summary,
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: again ? 'ALLOW_DUPLICATE' : 'REJECT_DUPLICATE',
    });
    return firstExecutionRunId;
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return undefined;
    throw error;
  }
}
