import type { AftercareActivities } from '../aftercare.ts';
import { createCompareActivities, type CompareDependencies } from './compare-records.ts';
import { createCompareWorkflowsActivities, type CompareWorkflowsDependencies } from './compare-workflows.ts';
import { createMendActivities, type MendDependencies } from './mend.ts';
import { createRunActivities } from './runs.ts';

export type ReconciliationDependencies = CompareDependencies &
  CompareWorkflowsDependencies &
  MendDependencies;

export type ReconciliationActivities = ReturnType<typeof createReconciliationActivities>;

/** The activities of the `reconciliation` queue: what compares, and what mends. */
export function createReconciliationActivities(
  dependencies: ReconciliationDependencies,
  reviews: Pick<AftercareActivities, 'reviewPayment'>,
) {
  return {
    ...createRunActivities(dependencies),
    ...createCompareActivities(dependencies),
    ...createCompareWorkflowsActivities(dependencies),
    ...createMendActivities(dependencies, reviews),
  };
}
