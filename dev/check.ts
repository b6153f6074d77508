/** `npm run lint` and others: runs the checks named as arguments, or all. */

import { CHECK_NAMES, checkStep } from './checks.ts';
import { runAllSteps } from './steps.ts';
import { printFailures } from './test-report.ts';

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !CHECK_NAMES.some((known) => known === name));
if (unknown.length > 0) {
  console.error(`There is no check named ${unknown.join(' or ')}: the checks are ${CHECK_NAMES.join(', ')}.`);
  process.exitCode = 1;
} else {
  const names = CHECK_NAMES.filter((name) => asked.length === 0 || asked.includes(name));
  const failures = await runAllSteps(
    names.map((name) => checkStep(name)),
    2,
  );
  printFailures(failures);
  process.exitCode = failures.length > 0 ? 1 : 0;
}
