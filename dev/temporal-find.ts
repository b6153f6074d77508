/** Finds the Temporal server of this machine. */

import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { setting } from './environment.ts';
import type { ReportProgress } from './progress.ts';
import {
  buildTemporal,
  cachedTemporal,
  downloadTemporal,
  fillCache,
  TEMPORAL_VERSION,
} from './temporal-download.ts';

/** The oldest supported server version: earlier ones handle updates differently. */
const OLDEST_SERVER = [1, 28] as const;

/** A running server, or a program that can run one. */
export type TemporalSource =
  | { readonly kind: 'address'; readonly address: string }
  | {
      readonly kind: 'program';
      readonly program: string;
      readonly origin: 'PATH' | 'cache' | 'download' | 'build';
    };

/** Dependencies of the search besides the environment; tests replace them. */
export interface TemporalFinder {
  readonly report?: ReportProgress;
  readonly download?: typeof downloadTemporal;
  readonly build?: typeof buildTemporal;
}

/**
 * Finds the Temporal server: TEMPORAL_ADDRESS, else a recent `temporal` on PATH, else the cached one, else the official
 * download, else a build with Go. The last two fill the cache. Rejects with one error that lists all tries.
 */
export async function findTemporal(finder: TemporalFinder = {}): Promise<TemporalSource> {
  const address = setting('TEMPORAL_ADDRESS');
  if (address) return { kind: 'address', address };
  const found = await findInstalledTemporal();
  if (found) return found;
  const report = finder.report ?? (() => undefined);
  const failures: string[] = [];
  for (const [origin, make] of [
    ['download', finder.download ?? downloadTemporal],
    ['build', finder.build ?? buildTemporal],
  ] as const) {
    try {
      const tell = (text: string) =>
        report(`${origin === 'download' ? 'downloading' : 'building with Go'}: ${text}`);
      const isThere = () => isExecutable(cachedTemporal());
      return {
        kind: 'program',
        program: await fillCache((folder) => make(folder, tell), isThere, tell),
        origin,
      };
    } catch (error) {
      failures.push(`${origin}: ${reason(error)}`);
    }
  }
  throw new Error(howToGetTemporal(failures));
}

/** Returns a program that needs no network or build; undefined if there is none. Changes nothing. */
export async function findInstalledTemporal(): Promise<(TemporalSource & { kind: 'program' }) | undefined> {
  const onPath = findOnPath('temporal');
  if (onPath && (await isRecentEnough(onPath))) return { kind: 'program', program: onPath, origin: 'PATH' };
  const cached = cachedTemporal();
  if (isExecutable(cached)) return { kind: 'program', program: cached, origin: 'cache' };
  return undefined;
}

/** Returns the path of a program on PATH; undefined if there is none. */
export function findOnPath(name: string): string | undefined {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  const folders = (setting('PATH') ?? '').split(delimiter).filter(Boolean);
  return folders.map((folder) => join(folder, file)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

async function isRecentEnough(program: string): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)(program, ['--version'], { timeout: 10_000 });
    const [, major, minor] = /Server (\d+)\.(\d+)/.exec(stdout)?.map(Number) ?? [];
    if (major === undefined || minor === undefined) return false;
    return major > OLDEST_SERVER[0] || (major === OLDEST_SERVER[0] && minor >= OLDEST_SERVER[1]);
  } catch {
    return false;
  }
}

function reason(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
  const text = error instanceof Error ? error.message : String(error);
  return text.includes('ENOENT') && text.includes('go') ? 'Go is not installed' : `${text}${cause}`;
}

function howToGetTemporal(failures: readonly string[]): string {
  return [
    'There is no Temporal server on this machine and none could be fetched. One of these mends it:',
    '  - install the Temporal CLI (https://docs.temporal.io/cli), so that "temporal" is on PATH',
    `  - put its program of version ${TEMPORAL_VERSION} at ${cachedTemporal()}`,
    '  - let this machine reach github.com, and it is downloaded',
    '  - install Go (https://go.dev/dl), and it is built from the Go module proxy',
    '  - set TEMPORAL_ADDRESS to a server that runs elsewhere',
    'What was tried:',
    ...failures.map((line) => `  ${line.replaceAll('\n', '\n    ')}`),
  ].join('\n');
}
