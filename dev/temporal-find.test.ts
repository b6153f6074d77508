import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { deleteFolder } from './processes.ts';
import { cachedTemporal } from './temporal-download.ts';
import { findTemporal } from './temporal-find.ts';

const RECENT = 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)';
const OLD = 'temporal version 1.1.0 (Server 1.25.0, UI 2.30.0)';

let folder: string;
const offline = () => Promise.reject(new Error('no network'));
const noGo = () => Promise.reject(new Error('spawn go ENOENT'));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sharetab-find-'));
  vi.stubEnv('PATH', join(folder, 'bin'));
  vi.stubEnv('XDG_CACHE_HOME', join(folder, 'cache'));
  vi.stubEnv('TEMPORAL_ADDRESS', '');
});

afterEach(() => {
  vi.unstubAllEnvs();
  deleteFolder(folder);
});

function putProgram(file: string, version = RECENT): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\necho '${version}'\n`);
  chmodSync(file, 0o755);
  return file;
}

const putOnPath = (version?: string) => putProgram(join(folder, 'bin', 'temporal'), version);

test('a server named in the environment comes before everything else', async () => {
  putOnPath();
  vi.stubEnv('TEMPORAL_ADDRESS', 'temporal.example:7233');
  expect(await findTemporal()).toEqual({ kind: 'address', address: 'temporal.example:7233' });
});

test('a program on PATH comes before the cache', async () => {
  const program = putOnPath();
  putProgram(cachedTemporal());
  expect(await findTemporal()).toEqual({ kind: 'program', program, origin: 'PATH' });
});

test('a program on PATH that is too old is passed over', async () => {
  putOnPath(OLD);
  const program = putProgram(cachedTemporal());
  expect(await findTemporal()).toEqual({ kind: 'program', program, origin: 'cache' });
});

test('the download fills the cache, and is not made again', async () => {
  const download = vi.fn((into: string) => Promise.resolve(putProgram(join(into, 'temporal'))));
  const found = { kind: 'program', program: cachedTemporal() };
  expect(await findTemporal({ download, build: noGo })).toEqual({ ...found, origin: 'download' });
  expect(await findTemporal({ download, build: noGo })).toEqual({ ...found, origin: 'cache' });
  expect(download).toHaveBeenCalledTimes(1);
});

test('Go builds it when it cannot be downloaded', async () => {
  const build = (into: string) => Promise.resolve(putProgram(join(into, 'temporal')));
  expect(await findTemporal({ download: offline, build })).toMatchObject({ origin: 'build' });
});

test('clones that look for it at once get it once', async () => {
  const download = vi.fn((into: string) => Promise.resolve(putProgram(join(into, 'temporal'))));
  const finding = [1, 2, 3].map(() => findTemporal({ download, build: noGo }));
  for (const found of await Promise.all(finding)) expect(found).toMatchObject({ program: cachedTemporal() });
  expect(download).toHaveBeenCalledTimes(1);
});

test('nothing is left in the cache by a download that broke off', async () => {
  const download = (into: string) => {
    writeFileSync(join(into, 'temporal.tar.gz'), 'half');
    return Promise.reject(new Error('connection reset'));
  };
  await expect(findTemporal({ download, build: noGo })).rejects.toThrow();
  expect(existsSync(cachedTemporal())).toBe(false);
  expect(readdirSync(join(folder, 'cache', 'sharetab'))).toEqual([]);
});

test('when there is no way, one error names them all', async () => {
  const error = await findTemporal({ download: offline, build: noGo }).catch((reason: unknown) =>
    String(reason),
  );
  for (const way of [
    'on PATH',
    'github.com',
    'install Go',
    'TEMPORAL_ADDRESS',
    'no network',
    'Go is not installed',
  ])
    expect(error).toContain(way);
});
