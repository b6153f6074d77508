/** `npm test`: all checks, the web build, and all tests; `npm test -- <filter>` runs the tests of matching files only. */

import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBrowser } from './browser.ts';
import { CHECK_NAMES, checkStep } from './checks.ts';
import { childEnvironment, cloneFolder } from './environment.ts';
import { deleteFolder } from './processes.ts';
import { runAllSteps, type Step } from './steps.ts';
import { COUNTS_FILE, readTestCounts, type TestCounts } from './test-counts.ts';
import { describeTotals, printFailures } from './test-report.ts';
import { ensureNginx } from './nginx.ts';
import { findTemporal } from './temporal-find.ts';
import { buildWeb, isWebBuilt } from './web-build.ts';

const filters = process.argv.slice(2);

/** Returns whether the filters could match tests in one of these folders. */
const mayRun = (...folders: string[]) =>
  filters.length === 0 ||
  filters.some((filter) => folders.includes(filter.replace(/^\.\//, '').split('/')[0] ?? ''));

/** Programs that tests need, which may have to be fetched or built first. */
const preparations: Step[] = [
  { title: 'Web build', enabled: mayRun('test') && !isWebBuilt(), run: buildWeb },
  {
    title: 'Temporal server',
    enabled: mayRun('test', 'temporal', 'workflows', 'workers', 'api', 'db'),
    run: async (report) => void (await findTemporal({ report })),
  },
  {
    title: 'Browser',
    enabled: mayRun('test', 'packages'),
    run: async (report) => void (await ensureBrowser(report)),
  },
  {
    title: 'nginx',
    enabled: mayRun('test'),
    run: async (report) => void (await ensureNginx(report)),
  },
];

/** Most tests wait more than they work: the checks run beside them, in the processor time that is left. */
const checks = filters.length > 0 ? [] : CHECK_NAMES.map((name) => checkStep(name, { yielding: true }));

const failures = await runAllSteps(preparations, 2);
printFailures(failures);
let areChecksDone = false;
const checking = runAllSteps(checks, 2, { silent: true }).finally(() => (areChecksDone = true));
console.log(checks.length > 0 ? `\nBeside the tests: ${checks.map(({ title }) => title).join(', ')}` : '');
const { code, counts } = await runTests();
if (!areChecksDone) console.log('\nWaiting for the rest of the checks …');
const found = await checking;
printFailures(found);
const failed = failures.length + found.length;
const steps = [...preparations.filter(({ enabled }) => enabled !== false), ...checks];
console.log(`\n${describeTotals({ passed: steps.length - failed, failed }, counts)}`);
process.exitCode = failed > 0 || counts.failed > 0 || code !== 0 ? 1 : 0;

/** Runs vitest on this terminal. A failed run without a failed test counts as one failure. */
async function runTests(): Promise<{ code: number; counts: TestCounts }> {
  const folder = mkdtempSync(join(tmpdir(), 'sharetab-counts-'));
  const file = join(folder, 'counts.json');
  const vitest = spawn(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...filters], {
    cwd: cloneFolder,
    env: childEnvironment({
      [COUNTS_FILE]: file,
      NODE_ENV: 'test',
      // The product is compiled once for all the processes that tests start.
      NODE_COMPILE_CACHE: join(folder, 'compiled'),
      ...(!process.stdout.isTTY && { NO_COLOR: '1' }),
    }),
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => vitest.kill(signal));
  process.on('disconnect', () => vitest.kill('SIGTERM'));
  process.channel?.unref();
  const code = await new Promise<number>((resolve, reject) => {
    vitest.once('error', reject);
    vitest.once('close', (status) => resolve(status ?? 1));
  });
  const counts = readTestCounts(file) ?? { passed: 0, failed: 0, skipped: 0 };
  deleteFolder(folder);
  if (code !== 0 && counts.failed === 0) counts.failed = 1;
  return { code, counts };
}
