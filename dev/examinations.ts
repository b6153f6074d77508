/** The checks of `npm run doctor`. Each checks one thing and changes nothing. */

import { execFile } from 'node:child_process';
import { accessSync, constants, mkdirSync, statfsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findBrowser } from './browser.ts';
import { findRunningStart } from './claim.ts';
import { findNginx } from './nginx.ts';
import { dataFolder } from './clone-data.ts';
import { cacheFolder, cloneFolder, runsAsRoot, setting } from './environment.ts';
import { isPortFree } from './ports.ts';
import { temporaryPostgresFolder } from './postgres-binaries.ts';
import { startPostgres } from './postgres.ts';
import { deleteFolder } from './processes.ts';
import { elapsedSince } from './progress.ts';
import { findInstalledTemporal, findOnPath } from './temporal-find.ts';
import { TEMPORAL_VERSION } from './temporal-download.ts';

/** The result of a check; `note`: works, but is worth knowing. */
export interface Finding {
  readonly verdict: 'fine' | 'note' | 'wrong';
  readonly text: string;
}

const fine = (text: string): Finding => ({ verdict: 'fine', text });
const note = (text: string): Finding => ({ verdict: 'note', text });
const wrong = (text: string): Finding => ({ verdict: 'wrong', text });

const GIGABYTE = 1e9;

/** All checks, by display name. */
export const EXAMINATIONS: Readonly<Record<string, () => Promise<Finding>>> = {
  Node: async () => {
    const pinned = process.execPath.startsWith(join(cloneFolder, 'node_modules'));
    return pinned
      ? fine(`${process.version}, from node_modules`)
      : note(`${process.version} of this machine: the one in node_modules could not be run`);
  },
  npm: () => version('npm', 'It comes with Node: install Node with npm from https://nodejs.org.'),
  git: () =>
    version('git', 'Install it from https://git-scm.com, or with the package manager of this system.'),
  Disk: async () => {
    mkdirSync(cacheFolder(), { recursive: true });
    const [clone, cache] = [freeBytes(cloneFolder), freeBytes(cacheFolder())];
    const free = Math.min(clone, cache);
    const text = `${(free / GIGABYTE).toFixed(1)} GB free`;
    return free > 3 * GIGABYTE
      ? fine(text)
      : wrong(`${text}: packages, Temporal and data need about 3 GB. Make room, and try again.`);
  },
  Memory: async () => {
    const text = `${(totalmem() / GIGABYTE).toFixed(1)} GB`;
    return totalmem() > 3 * GIGABYTE
      ? fine(text)
      : note(`${text}: with less than 3 GB it may be slow. Close what you can.`);
  },
  Data: async () => {
    try {
      mkdirSync(dataFolder, { recursive: true });
      accessSync(dataFolder, constants.W_OK);
    } catch {
      return wrong(`${dataFolder} cannot be written: change its owner, or clone somewhere else.`);
    }
    const running = findRunningStart();
    return running
      ? note(`Sharetab runs in this clone, at ${running.url ?? '(still starting)'}`)
      : fine(dataFolder);
  },
  Ports: async () => {
    if (findRunningStart()) return fine('in use by this clone');
    const wanted = [Number(setting('PORT') ?? 3000), 5432, 7233, 8233, 12111, 1025, 1080];
    const free = await Promise.all(wanted.map(isPortFree));
    const taken = wanted.filter((_, index) => !free[index]);
    return taken.length === 0
      ? fine(wanted.join(', '))
      : note(`${taken.join(', ')} taken by other programs: others will be used, and named`);
  },
  Packages: async () => {
    await Promise.all(['@temporalio/worker', '@mikro-orm/postgresql', 'sharp'].map((name) => import(name)));
    return fine('can be loaded');
  },
  PostgreSQL: async () => {
    if (setting('DATABASE_URL')) return fine(`not ours: DATABASE_URL`);
    const folder = temporaryPostgresFolder();
    const startedAt = Date.now();
    try {
      const postgres = await startPostgres({ dataDir: join(folder, 'data'), durable: false });
      await postgres.stop();
      return fine(
        `set up and started in ${elapsedSince(startedAt)}${runsAsRoot ? ', as the user postgres' : ''}`,
      );
    } finally {
      deleteFolder(folder);
    }
  },
  Temporal: async () => {
    const address = setting('TEMPORAL_ADDRESS');
    if (address) return fine(`not ours: TEMPORAL_ADDRESS is ${address}`);
    const found = await findInstalledTemporal();
    if (found) return fine(`${found.program} (${found.origin === 'PATH' ? 'on PATH' : 'cached'})`);
    if (await answers('https://github.com'))
      return note(`${TEMPORAL_VERSION} will be downloaded at the first start`);
    if (findOnPath('go') && (await answers('https://proxy.golang.org')))
      return note(
        `${TEMPORAL_VERSION} will be built with Go at the first start, which takes about five minutes`,
      );
    return wrong(
      'no server here, github.com cannot be reached, and Go cannot build one:\ninstall the Temporal CLI (https://docs.temporal.io/cli) or Go (https://go.dev/dl), or set TEMPORAL_ADDRESS.',
    );
  },
  Browser: async () => {
    const browser = findBrowser();
    return browser
      ? fine(browser.executablePath)
      : note('no Chromium or Chrome: only the tests in a browser need one, and "npm test" tries to get it');
  },
  nginx: async () => {
    const nginx = findNginx();
    return nginx
      ? fine(nginx)
      : note('none: only the tests of the deployment need one, and "npm test" tries to get it');
  },
};

async function version(program: string, mend: string): Promise<Finding> {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version'], {
      shell: process.platform === 'win32',
    });
    return fine(stdout.trim());
  } catch {
    return wrong(`not found. ${mend}`);
  }
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

async function answers(url: string): Promise<boolean> {
  try {
    await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(5_000) });
    return true;
  } catch {
    return false;
  }
}
