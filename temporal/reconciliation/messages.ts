/** The input of a run of reconciliation. */
export interface ReconciliationInput {
  /** `schedule`, or the id of the person who requested it. */
  readonly startedBy: string;
}

/** The id of the Temporal Schedule that starts reconciliation, and the workflow id of a run that staff requested. */
export const RECONCILIATION_SCHEDULE = 'reconciliation';
export const RECONCILIATION_NOW = 'reconciliation-now';
/** A run that takes longer times out: the next one starts on schedule. */
export const RECONCILIATION_TIMEOUT = '2 hours';

/** The input of a mend; its row has the action. */
export interface MendInput {
  readonly mendId: string;
}

/** Returns the id of the workflow for the n-th mend of a difference. */
export function mendWorkflowId(differenceId: string, number: number): string {
  return `mend-${differenceId}-${number}`;
}
