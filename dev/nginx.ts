/** An nginx for the tests of deploy/nginx/nginx.conf. */

import { existsSync, mkdirSync, mkdtempSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { withCacheLock } from './cache-lock.ts';
import { unpackPackages } from './debian-package.ts';
import { cacheFolder } from './environment.ts';
import { deleteFolder } from './processes.ts';
import type { ReportProgress } from './progress.ts';
import { findOnPath } from './temporal-find.ts';

const INSTALL_HINT =
  'The tests of the proxy need nginx. Install it: "apt-get install nginx" on Debian, "brew install nginx" on macOS, or https://nginx.org/en/download.html.';

/** Folders outside a user's PATH where packages install it. */
const USUAL_PLACES = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'];

/** Packages with the program, by distribution and release. */
const PACKAGES = ['nginx', 'nginx-core'];

/** Returns the path of an installed nginx; undefined if there is none. Changes nothing. */
export function findNginx(): string | undefined {
  return findOnPath('nginx') ?? [...USUAL_PLACES, cachedNginx()].find((file) => existsSync(file));
}

/**
 * Finds an nginx, or unpacks Debian's package into the cache, which needs no permissions and starts no service. Rejects
 * with instructions.
 */
export async function ensureNginx(report: ReportProgress): Promise<string> {
  const found = findNginx();
  if (found) return found;
  report("unpacking Debian's package");
  const lock = join(cacheFolder(), 'nginx.lock');
  const onWait = () => report('another process is getting it');
  return withCacheLock(lock, onWait, async () => {
    for (const name of PACKAGES) {
      if (!existsSync(cachedNginx())) await unpackIntoCache(name).catch(() => undefined);
    }
    if (!existsSync(cachedNginx())) throw new Error(INSTALL_HINT);
    return cachedNginx();
  });
}

function cachedNginx(): string {
  return join(cacheFolder(), 'nginx', 'nginx');
}

async function unpackIntoCache(name: string): Promise<void> {
  const folder = mkdtempSync(join(cacheFolder(), '.nginx-'));
  try {
    await unpackPackages([name], folder);
    mkdirSync(join(cacheFolder(), 'nginx'), { recursive: true });
    renameSync(join(folder, 'usr', 'sbin', 'nginx'), cachedNginx());
  } finally {
    deleteFolder(folder);
  }
}
