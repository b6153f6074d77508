import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { deleteFolder, isSameProcess, processBegan, type ProcessMark } from './processes.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sharetab-guard-'));
});

afterEach(() => deleteFolder(folder));

/** A process that starts a guard and a child, prints their ids, and runs forever. */
const STARTER = `
  import { startGuard } from ${JSON.stringify(new URL('guard.ts', import.meta.url).href)};
  import { startProcess } from ${JSON.stringify(new URL('processes.ts', import.meta.url).href)};
  const [logFile, goodbye] = process.argv.slice(1);
  const guard = startGuard();
  const child = await startProcess({
    name: 'child', command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'], logFile, env: process.env, guard,
  });
  if (goodbye) { guard.unwatch(child.mark); guard.dismiss(); }
  console.log(JSON.stringify(child.mark));
  setInterval(() => {}, 1000);
`;

async function startStarter(...more: string[]) {
  const args = ['--input-type=module-typescript', '-e', STARTER, join(folder, 'child.log'), ...more];
  const starter = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const line = await new Promise<string>((resolve) =>
    starter.stdout.once('data', (data: Buffer) => resolve(data.toString())),
  );
  return { starter, child: JSON.parse(line) as ProcessMark };
}

test('a process ends with its starter, even when that is killed', async () => {
  const { starter, child } = await startStarter();
  expect(isSameProcess(child)).toBe(true);
  starter.kill('SIGKILL');
  await vi.waitFor(() => expect(isSameProcess(child)).toBe(false), { timeout: 20_000 });
});

test('a process that is no longer watched lives on', async () => {
  const { starter, child } = await startStarter('goodbye');
  starter.kill('SIGKILL');
  await new Promise((resolve) => starter.once('close', resolve));
  expect(isSameProcess(child)).toBe(true);
  process.kill(child.pid, 'SIGKILL');
});

test('a pid that was given to another process is not taken for the one before', () => {
  const began = processBegan(process.pid);
  expect(isSameProcess({ pid: process.pid, began: began ?? '' })).toBe(true);
  expect(isSameProcess({ pid: process.pid, began: `${began}0` })).toBe(false);
});
