/** `npm run admin -- make-admin MAIL` and `-- set-role MAIL ROLE`: what admin.ts does, on what `npm start` runs in this clone or .env names. */

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
