/** The final report of checks and tests. */

import { styleText } from 'node:util';
import type { StepFailure } from './steps.ts';
import type { TestCounts } from './test-counts.ts';

/** Prints the output of each failed step. */
export function printFailures(failures: readonly StepFailure[]): void {
  for (const { title, cause } of failures) {
    console.log(`\n${styleText(['bold', 'red'], `── ${title} ──`)}\n`);
    console.log(cause instanceof Error ? cause.message : String(cause));
  }
}

/** The last line of `npm test`: each check counts as one test. */
export function describeTotals(checks: { passed: number; failed: number }, tests: TestCounts): string {
  const skipped = tests.skipped > 0 ? `${tests.skipped} skipped\n` : '';
  return `${skipped}${checks.passed + tests.passed} passed, ${checks.failed + tests.failed} failed`;
}
