/** A clone's persistent data: in `.data/`, next to the sources. */

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cloneFolder } from './environment.ts';

/** The data folder of a clone; as root, PostgreSQL's may be elsewhere: see postgresDataFolder(). */
export const dataFolder = join(cloneFolder, '.data');

/** Returns the absolute path of a file or folder in it. */
export function dataPath(...names: string[]): string {
  return join(dataFolder, ...names);
}

/** Creates an empty log file for a process; keeps an earlier one as `<name>.old.log`. */
export function freshLogFile(name: string): string {
  const file = dataPath('logs', `${name}.log`);
  mkdirSync(dataPath('logs'), { recursive: true });
  if (existsSync(file)) renameSync(file, dataPath('logs', `${name}.old.log`));
  return file;
}

/** Secrets of this clone, generated at its first start. */
export interface CloneSecrets {
  /** For APP_SECRET: sessions and guests' links survive a restart. */
  readonly appSecret: string;
  /** Signs the webhooks of the Stripe stand-in. */
  readonly webhookSecret: string;
}

/** Reads the clone's secrets, or generates them. */
export function readCloneSecrets(): CloneSecrets {
  const file = dataPath('secrets.json');
  if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8')) as CloneSecrets;
  const secrets: CloneSecrets = {
    appSecret: randomBytes(32).toString('base64url'),
    webhookSecret: `whsec_${randomBytes(24).toString('hex')}`,
  };
  mkdirSync(dataFolder, { recursive: true });
  writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
  return secrets;
}
