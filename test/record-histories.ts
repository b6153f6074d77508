/**
 * `npm run histories -- [name …]`: plays the main paths of orders and tabs, and writes the workflow histories of
 * new paths to test/histories/, where they stand for what runs while a new version is rolled out. Those that are
 * recorded already are kept, except the named ones.
 */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../dev/environment.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { status } = spawnSync(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--project', 'journeys', 'test/replay.test.ts'],
  {
    cwd: root,
    stdio: 'inherit',
    env: childEnvironment({ RECORD_HISTORIES: ['new', ...process.argv.slice(2)].join(',') }),
  },
);
process.exitCode = status ?? 1;
