/** How a test run tells the command that started it how many tests there were. */

import { readFileSync } from 'node:fs';

/** Name of the variable with the file the counts are written to, instead of being printed. */
export const COUNTS_FILE = 'SHARETAB_TEST_COUNTS';

/** Tests of a run. A file that could not be loaded, or an error outside of any test, counts as one that failed. */
export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

/** The counts a run wrote; undefined when it did not get that far. */
export function readTestCounts(file: string): TestCounts | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as TestCounts;
  } catch {
    return undefined;
  }
}
