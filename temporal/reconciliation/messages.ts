/** What a run of reconciliation starts with. */
export interface ReconciliationInput {
  /** `schedule`, or the id of who asked for it. */
  readonly startedBy: string;
}

/** The id of the Temporal Schedule that starts reconciliation, and of the workflow of a run that staff asked for. */
export const RECONCILIATION_SCHEDULE = 'reconciliation';
export const RECONCILIATION_NOW = 'reconciliation-now';
/** A run that takes longer is ended: the next one comes by itself. */
export const RECONCILIATION_TIMEOUT = '2 hours';

/** What a mend starts with; what is to be done stands in its row. */
export interface MendInput {
  readonly mendId: string;
}

/** The id of the workflow that does the n-th mend of a difference. */
export function mendWorkflowId(differenceId: string, number: number): string {
  return `mend-${differenceId}-${number}`;
}
