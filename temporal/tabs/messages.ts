/** The messages to a tab's workflow. Ids, amounts and statuses only: operators can read histories. */

import { defineSignal } from '@temporalio/workflow';

/** Returns the id of a tab's one workflow. */
export function tabWorkflowId(tabId: string): string {
  return `tab-${tabId}`;
}

/** Returns the tab of a workflow with such an id. */
export function tabIdOf(workflowId: string): string {
  return workflowId.slice('tab-'.length);
}

/** The input of a tab's workflow. */
export interface TabInput {
  readonly tabId: string;
}

/** Makes the workflow read its record: somebody has changed what depends on time. Safe to repeat, and to lose. */
export const tabChanged = defineSignal('tabChanged');
