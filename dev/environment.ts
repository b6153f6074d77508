/** The only reader of process.env in dev/: what the commands of this folder take from the machine's environment. */

import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the clone these sources lie in. */
export const cloneFolder = dirname(dirname(fileURLToPath(import.meta.url)));

/** Whether this process may do what only root may (false on Windows). */
export const runsAsRoot = process.getuid?.() === 0;

/**
 * Adds the settings of the clone's `.env` file to the environment. What the shell has set wins over the file;
 * without a file nothing happens.
 */
export function loadEnvironmentFile(): void {
  const file = join(cloneFolder, '.env');
  if (existsSync(file)) process.loadEnvFile(file);
}

/** The value of a variable; undefined when it is missing or empty. */
export function setting(name: string): string | undefined {
  const value = process.env[name];
  return value === '' ? undefined : value;
}

/** The environment of a child process: ours, with `extra` laid over it (undefined removes a variable). */
export function childEnvironment(
  extra: Readonly<Record<string, string | undefined>> = {},
): NodeJS.ProcessEnv {
  const merged: NodeJS.ProcessEnv = { ...process.env, ...extra };
  for (const [name, value] of Object.entries(merged)) if (value === undefined) delete merged[name];
  return merged;
}

/** Folder for what every clone of this user shares and can be fetched or built again. */
export function cacheFolder(): string {
  const base = setting('XDG_CACHE_HOME');
  if (base) return join(base, 'sharetab');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'sharetab');
  if (process.platform === 'win32')
    return join(setting('LOCALAPPDATA') ?? join(homedir(), 'AppData', 'Local'), 'sharetab', 'cache');
  return join(homedir(), '.cache', 'sharetab');
}
