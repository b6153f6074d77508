import type { AftercareActivities } from '../../temporal/payments/activities.ts';
import type { ReconciliationActivities } from '../../temporal/reconciliation/activities.ts';
import { createCompareActivities, type CompareDependencies } from './compare-records.ts';
import { createCompareWorkflowsActivities, type CompareWorkflowsDependencies } from './compare-workflows.ts';
import { createMendDecided } from './mend-decided.ts';
import { createMendActivities, type MendDependencies } from './mend.ts';
import { createRunActivities } from './runs.ts';

export type ReconciliationDependencies = CompareDependencies &
  CompareWorkflowsDependencies &
  MendDependencies & {
    /** Whether to mend differences that need no decision. */
    readonly mendsItself: boolean;
  };

/** Creates the activities of the `reconciliation` queue: comparisons and mends. */
export function createReconciliationActivities(
  dependencies: ReconciliationDependencies,
  reviews: Pick<AftercareActivities, 'reviewPayment'>,
) {
  const mends = createMendActivities(dependencies, reviews);
  return {
    ...createRunActivities(dependencies),
    ...createCompareActivities(dependencies),
    ...createCompareWorkflowsActivities(dependencies),
    ...mends,
    ...createMendDecided(dependencies.databases.orders, mends, dependencies.mendsItself),
  } satisfies ReconciliationActivities;
}
