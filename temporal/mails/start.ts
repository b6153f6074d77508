import type { Client } from '@temporalio/client';
import { startWorkflow } from '../start.ts';
import { accountMailWorkflowId } from './messages.ts';

/** Starts the workflow that sends a mail about an account. Safe to repeat. Throws when Temporal does not answer. */
export async function startAccountMail(temporal: Client, mailId: string): Promise<void> {
  await startWorkflow(temporal, {
    type: 'accountMail',
    workflowId: accountMailWorkflowId(mailId),
    input: { mailId },
    summary: 'Mail about an account',
  });
}
