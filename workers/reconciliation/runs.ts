/** The start and the end of a run of reconciliation. */

import type { Databases } from '../../db/databases.ts';
import { recordRunEnded, recordRunFailed, recordRunStarted } from '../../db/orders/reconciliation/runs.ts';
import type { Run, RunActivities } from '../../temporal/reconciliation/activities.ts';
import type { Compared } from '../../domain/reconciliation.ts';

export function createRunActivities({ databases: { orders } }: { databases: Databases }) {
  return {
    /** Records the start of a run. */
    async beginReconciliation(run: Run & { startedBy: string }): Promise<void> {
      await recordRunStarted(orders, { id: run.reconciliationId, startedBy: run.startedBy });
    },

    /** Records how much a run has compared, and closes the differences that it did not see again. */
    async endReconciliation(run: Run & { compared: Compared }): Promise<{ found: number; closed: number }> {
      return recordRunEnded(orders, run.reconciliationId, run.compared);
    },

    /** Records that a run was given up. */
    async failReconciliation({ reconciliationId }: Run): Promise<void> {
      await recordRunFailed(orders, reconciliationId);
    },
  } satisfies RunActivities;
}
