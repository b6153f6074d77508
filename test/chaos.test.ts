import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { childEnvironment, cloneFolder } from '../dev/environment.ts';
import { bundleOnce } from './setup/workflow-bundle.ts';

const MAIN = fileURLToPath(new URL('../bench/chaos/main.ts', import.meta.url));

/** The short form of `npm run chaos`. docs/reliability.md describes it and lists the results of the long form. */
test('nothing is lost when the only worker and an API are killed while orders come in', async () => {
  const { codePath } = await bundleOnce();
  const args = [
    '--cell',
    'worker-and-api',
    '--seed',
    '3',
    '--orders',
    '24',
    '--rate',
    '6',
    '--bundle',
    codePath,
  ];
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: cloneFolder,
    env: childEnvironment({ TEMPORAL_ADDRESS: undefined }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  expect(code, output).toBe(0);
  expect(output).toMatch(/\| worker-and-api.*\|\s+25 \|/);
}, 400_000);
