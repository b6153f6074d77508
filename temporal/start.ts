/** The one way to start a workflow from outside of workflows. */

import {
  WorkflowExecutionAlreadyStartedError,
  type Client,
  type WorkflowStartOptions,
} from '@temporalio/client';
import { ORDERS_QUEUE } from './queues.ts';
import type { WorkflowInputs } from './workflows.ts';

/** What is started: once per `workflowId` for ever, unless it may be started `again` after it has ended. */
export interface WorkflowStart<Type extends keyof WorkflowInputs> extends Pick<
  WorkflowStartOptions,
  'memo' | 'staticDetails' | 'typedSearchAttributes' | 'workflowRunTimeout' | 'workflowTaskTimeout'
> {
  readonly type: Type;
  readonly workflowId: string;
  readonly input: WorkflowInputs[Type];
  /** What operators read of it in Temporal's UI. */
  readonly summary: string;
  readonly again?: boolean;
}

/**
 * Starts a workflow, or joins the one that runs under its id. Resolves with the id of that run, or with undefined when
 * one has ended before that is not started again. Safe to repeat. Throws when Temporal does not answer.
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
