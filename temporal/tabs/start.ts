import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { TAB_ID, TAB_STATUS } from '../search-attributes.ts';
import { startWorkflow, type WorkflowStart } from '../start.ts';
import { memoOfWork } from '../work.ts';
import { tabChanged, tabWorkflowId, type TabInput } from './messages.ts';

/**
 * Starts a tab's workflow: one per tab, searchable by id and status. A closed one is started `again` only if it was
 * lost or terminated. Resolves as `startWorkflow` does.
 */
export function startTab(
  temporal: Client,
  input: TabInput,
  options: Pick<WorkflowStart<'tab'>, 'again' | 'memo'> = {},
): Promise<string | undefined> {
  return startWorkflow(temporal, {
    ...options,
    memo: { ...options.memo, ...memoOfWork(input) },
    type: 'tab',
    workflowId: tabWorkflowId(input.tabId),
    input,
    summary: 'Tab of a group that orders together',
    staticDetails:
      'Reminds those who owe before a deadline, sends the basket when all are ready, and closes the tab when it is done.',
    typedSearchAttributes: new TypedSearchAttributes([
      { key: TAB_ID, value: input.tabId },
      { key: TAB_STATUS, value: 'open' },
    ]),
  });
}

/** Makes a tab's workflow read its record. Resolves with false when none is running. Throws without Temporal. */
export async function signalTab(temporal: Client, tabId: string): Promise<boolean> {
  try {
    await temporal.workflow.getHandle(tabWorkflowId(tabId)).signal(tabChanged);
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
