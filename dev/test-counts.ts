/** Passes the number of tests from a test run to the command that started it. */

import { readFileSync } from 'node:fs';

/** Environment variable with the file for the counts, which are then not printed. */
export const COUNTS_FILE = 'SHARETAB_TEST_COUNTS';

/** Counts of a run. A file that failed to load, or an error outside of tests, counts as one failure. */
export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Returns the counts of a run; undefined if it did not get that far. */
export function readTestCounts(file: string): TestCounts | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as TestCounts;
  } catch {
    return undefined;
  }
}
