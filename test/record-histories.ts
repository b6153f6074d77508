/**
 * `node test/record-histories.ts`: plays the main paths of an order and writes their workflow histories to
 * test/histories/, where they stand for the orders that run while a new version is rolled out.
 */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../dev/environment.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--project', 'journeys', 'test/replay.test.ts'],
  { cwd: root, stdio: 'inherit', env: childEnvironment({ RECORD_HISTORIES: '1' }) },
);
process.exitCode = status ?? 1;
