/** The beginning and the end of a run of reconciliation. */

import type { Databases } from '../../db/databases.ts';
import {
  recordRunEnded,
  recordRunFailed,
  recordRunStarted,
  type Compared,
} from '../../db/orders/reconciliation/runs.ts';

export function createRunActivities({ databases: { orders } }: { databases: Databases }) {
  return {
    /** Writes down that a run has begun. */
    async beginReconciliation(run: { reconciliationId: string; startedBy: string }): Promise<void> {
      await recordRunStarted(orders, { id: run.reconciliationId, startedBy: run.startedBy });
    },

    /** Writes down what a run has compared; what it did not see again is closed. */
    async endReconciliation(run: {
      reconciliationId: string;
      compared: Compared;
    }): Promise<{ found: number; closed: number }> {
      return recordRunEnded(orders, run.reconciliationId, run.compared);
    },

    /** Writes down that a run was given up. */
    async failReconciliation({ reconciliationId }: { reconciliationId: string }): Promise<void> {
      await recordRunFailed(orders, reconciliationId);
    },
  };
}
