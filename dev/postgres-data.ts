/** The data folder of the local PostgreSQL server: created once, and freed from a leftover server. */

import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { childEnvironment } from './environment.ts';
import type { Watch } from './guard.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { deleteFolder, lastLines, processBegan, startProcess, stopMarked } from './processes.ts';

const MAJOR_VERSION = '18';

/** initdb fills a temporary folder that is renamed when complete: a folder with the final name is always complete. */
export async function createDataFolder(
  dataDir: string,
  binaries: PostgresBinaries,
  { durable, logFile, guard }: { durable: boolean; logFile: string; guard: Watch | undefined },
): Promise<void> {
  const versionFile = join(dataDir, 'PG_VERSION');
  if (existsSync(versionFile)) {
    const version = readFileSync(versionFile, 'utf8').trim();
    if (version === MAJOR_VERSION) return;
    throw new Error(
      `The data in ${dataDir} are of PostgreSQL ${version}, not ${MAJOR_VERSION}: "npm run reset" deletes them.`,
    );
  }
  const building = `${dataDir}.new`;
  deleteFolder(building);
  mkdirSync(building, { recursive: true, mode: 0o700 });
  writeFileSync(passwordFile(dataDir), randomBytes(16).toString('hex'), { mode: 0o600 });
  const { runAs } = binaries;
  if (runAs) for (const path of [building, passwordFile(dataDir)]) chownSync(path, runAs.uid, runAs.gid);
  const args = [
    ...['-D', building, '--username=sharetab', '--auth=scram-sha-256', `--pwfile=${passwordFile(dataDir)}`],
    // Many rounds protect weak passwords; this one is random, and every connection would pay for them.
    ...['--set=scram_iterations=1', '--encoding=UTF8'],
    ...['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
    ...(durable ? [] : ['--no-sync']),
  ];
  const initdb = await startProcess({
    ...{ name: 'initdb', command: binaries.initdb, args, logFile, cwd: '/', runAs, guard },
    env: postgresEnvironment(),
  });
  if ((await initdb.ended).code !== 0)
    throw new Error(`PostgreSQL could not be set up:\n${lastLines(logFile)}`);
  deleteFolder(dataDir);
  renameSync(building, dataDir);
}

/** Readable by this user and the server's only: others on this machine can reach the port, too. */
function passwordFile(dataDir: string): string {
  return `${dataDir}.password`;
}

/** Ends a server that a killed starter left running on this folder, and resolves when the folder is free. */
export async function endLeftOver(dataDir: string): Promise<void> {
  const pidFile = join(dataDir, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const [pid, folder, began] = readFileSync(pidFile, 'utf8').split('\n');
  const mark = {
    name: 'PostgreSQL',
    pid: Number(pid),
    began: processBegan(Number(pid)) ?? '',
    signal: 'SIGINT',
  } as const;
  if (folder === dataDir && began && isPostgres(mark.pid)) await stopMarked(mark);
  rmSync(pidFile, { force: true });
}

function isPostgres(pid: number): boolean {
  try {
    const command =
      process.platform === 'linux'
        ? readFileSync(`/proc/${pid}/cmdline`, 'utf8')
        : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
    return command.includes('postgres');
  } catch {
    return false;
  }
}

/** Returns the password of the user `sharetab` on this folder's server. */
export function readPassword(dataDir: string): string {
  return readFileSync(passwordFile(dataDir), 'utf8');
}

/** A clean environment in English: no PG… variables of the user, and recognizable messages. */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  const { PATH, TMPDIR } = childEnvironment();
  return { LC_ALL: 'C', LANG: 'C', TZ: 'UTC', ...(PATH && { PATH }), ...(TMPDIR && { TMPDIR }) };
}
