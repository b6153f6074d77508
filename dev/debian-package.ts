/** Programs that Debian and its derivatives package. */

import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { childEnvironment, runsAsRoot } from './environment.ts';
import { findOnPath } from './temporal-find.ts';

const run = promisify(execFile);

/** Installs a package. Rejects if this process lacks permission. */
export async function installPackage(name: string): Promise<void> {
  if (!runsAsRoot || !findOnPath('apt-get')) throw new Error('only root may install packages, and on Debian');
  const env = childEnvironment({ DEBIAN_FRONTEND: 'noninteractive' });
  await updatePackageLists();
  const args = ['install', '-y', '-qq', '--no-install-recommends', name];
  await run('apt-get', args, { env, timeout: 600_000 });
}

/**
 * Unpacks packages into `folder` without installing them: this needs no permissions and starts no services. Their
 * dependencies must be installed. Rejects without apt.
 */
export async function unpackPackages(names: readonly string[], folder: string): Promise<void> {
  if (!findOnPath('apt-get') || !findOnPath('dpkg-deb')) throw new Error('this machine has no apt');
  const download = () => run('apt-get', ['download', '-qq', ...names], { cwd: folder, timeout: 300_000 });
  await download().catch(async () => {
    await updatePackageLists();
    await download();
  });
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.deb')))
    await run('dpkg-deb', ['--extract', join(folder, file), folder], { timeout: 60_000 });
}

/** A new machine has no package lists, or old ones. Only root can update them; old lists may do. */
async function updatePackageLists(): Promise<void> {
  if (!runsAsRoot) return;
  await run('apt-get', ['update', '-qq'], { timeout: 300_000 }).catch(() => undefined);
}
