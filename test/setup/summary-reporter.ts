import { writeFileSync } from 'node:fs';
import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';
import { setting } from '../../dev/environment.ts';
import { COUNTS_FILE, type TestCounts } from '../../dev/test-counts.ts';

/** Ends the output of a test run with the line `N passed, N failed`. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const counts: TestCounts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      if (module.errors().length > 0) counts.failed += 1;
      for (const suite of module.children.allSuites()) if (suite.errors().length > 0) counts.failed += 1;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'pending') counts.failed += 1;
        else counts[state] += 1;
      }
    }
    const file = setting(COUNTS_FILE);
    if (file) writeFileSync(file, JSON.stringify(counts));
    else setImmediate(() => console.log(`\n${counts.passed} passed, ${counts.failed} failed`));
  }
}
