import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { SignalDefinition } from '@temporalio/common';
import { orderWorkflowId } from './messages.ts';

/** Signals an order's workflow. Resolves with false when none is running. Throws when Temporal does not answer. */
export async function signalOrder<Args extends unknown[]>(
  temporal: Client,
  orderId: string,
  signal: SignalDefinition<Args>,
  ...args: Args
): Promise<boolean> {
  try {
    await temporal.workflow.getHandle(orderWorkflowId(orderId)).signal(signal, ...args);
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
