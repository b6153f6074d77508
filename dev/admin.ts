/**
 * `npm run admin -- make-admin MAIL` and `-- set-role MAIL ROLE`: runs admin.ts against this clone's `npm start`, or
 * the databases in .env.
 */

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findRunningStart } from './claim.ts';
import { childEnvironment, cloneFolder, loadEnvironmentFile } from './environment.ts';

loadEnvironmentFile();
const child = spawn(process.execPath, [join(cloneFolder, 'admin.ts'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...findRunningStart()?.environment, ...childEnvironment() },
});
child.once('close', (code) => {
  process.exitCode = code ?? 1;
});
