/** Gets the pinned Temporal CLI into the cache: from its official releases, else built with Go. */

import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, mkdtempSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { withCacheLock } from './cache-lock.ts';
import { cacheFolder, childEnvironment } from './environment.ts';
import { deleteFolder, endWithUs } from './processes.ts';
import { elapsedSince, type ReportProgress } from './progress.ts';

/** The version of the Temporal CLI (with server and UI) to fetch or build. */
export const TEMPORAL_VERSION = '1.5.1';

/** SHA-256 of the release's archives, by its names of operating system and processor. */
const CHECKSUMS: Readonly<Record<string, string>> = {
  linux_amd64: 'ddc95e08b0b076efd4ea9733a3f488eb7d2be875f8834e616cd2a37358b4852d',
  linux_arm64: 'bd1b0db9f18b051026de8bf6cc1505f2510f14bbb7a8b9a4a91fff46c77454f5',
  darwin_amd64: 'bbb73e2a31135abe50a1f1cdb35030c42961df618e8ce9c60ae89f201540c5d9',
  darwin_arm64: 'cca01b7ea35ad56e2a328d9ae596bf716bd22313ef63c7a761c88354457c2415',
};

const PROGRAM = process.platform === 'win32' ? 'temporal.exe' : 'temporal';

/** Path of the pinned program, shared by all clones. */
export function cachedTemporal(): string {
  return join(cacheFolder(), `temporal-${TEMPORAL_VERSION}`, PROGRAM);
}

/**
 * Puts a program made by `make` into the cache: atomically, and once for clones that want it at the same time. Returns
 * its path; rejects as `make` does.
 */
export async function fillCache(
  make: (folder: string) => Promise<string>,
  isThere: () => boolean,
  report: ReportProgress,
): Promise<string> {
  const target = cachedTemporal();
  const startedAt = Date.now();
  const lock = `${join(cacheFolder(), `temporal-${TEMPORAL_VERSION}`)}.lock`;
  const onWait = () => report(`another process is getting it, waiting for ${elapsedSince(startedAt)}`);
  return withCacheLock(lock, onWait, async () => {
    if (isThere()) return target;
    const folder = mkdtempSync(join(cacheFolder(), '.temporal-'));
    try {
      const program = await make(folder);
      mkdirSync(join(cacheFolder(), `temporal-${TEMPORAL_VERSION}`), { recursive: true });
      renameSync(program, target);
      return target;
    } finally {
      deleteFolder(folder);
    }
  });
}

/** Downloads and unpacks the official release. Rejects if there is none for this machine, or its checksum differs. */
export async function downloadTemporal(folder: string, report: ReportProgress): Promise<string> {
  const machine = `${process.platform}_${process.arch === 'x64' ? 'amd64' : process.arch}`;
  const checksum = CHECKSUMS[machine];
  if (!checksum) throw new Error(`there is no release we know for ${machine}`);
  const url = `https://github.com/temporalio/cli/releases/download/v${TEMPORAL_VERSION}/temporal_cli_${TEMPORAL_VERSION}_${machine}.tar.gz`;
  const archive = join(folder, 'temporal.tar.gz');
  await download(url, archive, report);
  const hash = createHash('sha256');
  await pipeline(createReadStream(archive), hash);
  if (hash.digest('hex') !== checksum) throw new Error(`${url} does not have the checksum we know`);
  await promisify(execFile)('tar', ['-xzf', archive, '-C', folder, PROGRAM]);
  return join(folder, PROGRAM);
}

async function download(url: string, file: string, report: ReportProgress): Promise<void> {
  report('connecting');
  const stalled = new AbortController();
  let timer = setTimeout(() => stalled.abort(new Error('no answer for 15 s')), 15_000);
  try {
    const response = await fetch(url, { signal: stalled.signal });
    if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}`);
    const total = Number(response.headers.get('content-length') ?? 0);
    let received = 0;
    const counter = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        timer = timer.refresh();
        received += chunk.length;
        const megabytes = (bytes: number) => Math.round(bytes / 1e6);
        report(`${megabytes(received)}${total ? ` of ${megabytes(total)}` : ''} MB`);
        done(null, chunk);
      },
    });
    const body = Readable.fromWeb(response.body);
    await pipeline(body, counter, createWriteStream(file));
  } finally {
    clearTimeout(timer);
  }
}

/** Builds the pinned version from source with Go: takes minutes, and needs the Go module proxy. */
export async function buildTemporal(folder: string, report: ReportProgress): Promise<string> {
  const startedAt = Date.now();
  let fetched = 0;
  let compiled = 0;
  const tell = () =>
    report(
      compiled
        ? `${compiled} packages compiled, ${elapsedSince(startedAt)} (about five minutes the first time)`
        : `${fetched} modules fetched, ${elapsedSince(startedAt)}`,
    );
  const timer = setInterval(tell, 1_000);
  const version = `-X github.com/temporalio/cli/temporalcli.Version=${TEMPORAL_VERSION}`;
  const args = [
    'install',
    '-v',
    '-ldflags',
    `-s -w ${version}`,
    `github.com/temporalio/cli/cmd/temporal@v${TEMPORAL_VERSION}`,
  ];
  const go = spawn('go', args, {
    cwd: folder,
    env: childEnvironment({ GOBIN: folder, GOWORK: 'off' }),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  createInterface({ input: go.stderr }).on('line', (line) => {
    if (line.startsWith('go: downloading')) fetched += 1;
    else if (/^[\w.-]+(\/[\w.-]+)*$/.test(line)) compiled += 1;
    else said.push(line);
  });
  endWithUs(go);
  try {
    const code = await new Promise((resolve, reject) => {
      go.once('error', reject);
      go.once('close', resolve);
    });
    if (code !== 0) throw new Error(`go install failed:\n${said.slice(-10).join('\n')}`);
    return join(folder, PROGRAM);
  } finally {
    clearInterval(timer);
  }
}
