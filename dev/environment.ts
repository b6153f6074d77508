/** The only reader of process.env in dev/: settings that its commands take from the machine's environment. */

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the clone with these sources. */
export const cloneFolder = dirname(dirname(fileURLToPath(import.meta.url)));

/** Returns whether this process is root (false on Windows). */
export const runsAsRoot = process.getuid?.() === 0;

/** Adds the clone's `.env` file to the environment. Variables of the shell win; a missing file is ignored. */
export function loadEnvironmentFile(): void {
  const file = join(cloneFolder, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
}

/** Returns a variable; undefined if it is missing or empty. */
export function setting(name: string): string | undefined {
  const value = process.env[name];
  return value === '' ? undefined : value;
}

/** Returns the environment for a child process: this one's with `extra` applied (undefined removes a variable). */
export function childEnvironment(
  extra: Readonly<Record<string, string | undefined>> = {},
): NodeJS.ProcessEnv {
  const merged: NodeJS.ProcessEnv = { ...process.env, ...extra };
  for (const [name, value] of Object.entries(merged)) if (value === undefined) delete merged[name];
  return merged;
}

/** The cache folder that all clones of this user share. Its content can be fetched or built again. */
export function cacheFolder(): string {
  const base = setting('XDG_CACHE_HOME');
  if (base) return join(base, 'sharetab');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'sharetab');
  if (process.platform === 'win32')
    return join(setting('LOCALAPPDATA') ?? join(homedir(), 'AppData', 'Local'), 'sharetab', 'cache');
  return join(homedir(), '.cache', 'sharetab');
}
