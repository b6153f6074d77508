import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { held, sdkFor } from './testing/stand.ts';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'stand-in-packed-'));
const modules = dirname(dirname(createRequire(import.meta.url).resolve('typescript/package.json')));
let child: ChildProcess | undefined;

afterAll(async () => {
  if (child && child.exitCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

/** Packs a copy of the sources, so that those of the clone stay as they are; returns the tarball's path. */
async function pack(): Promise<string> {
  const packages = join(folder, 'clone', 'packages');
  const sources = join(packages, 'stripe-stand-in');
  cpSync(import.meta.dirname, sources, {
    recursive: true,
    filter: (file) => !/[/\\](node_modules|dist|\.data)$/.test(file),
  });
  cpSync(join(modules, '..', 'tsconfig.json'), join(folder, 'clone', 'tsconfig.json'));
  symlinkSync(modules, join(folder, 'clone', 'node_modules'));
  const before = readdirSync(sources);
  await run('npm', ['pack', '--pack-destination', folder], { cwd: sources });
  expect(readdirSync(sources)).toEqual(before);
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.tgz')) ?? '');
}

test('the packed package runs below node_modules, as a program and mounted in a test', async () => {
  const tarball = await pack();
  const home = join(folder, 'home');
  const installed = join(home, 'node_modules', 'stripe-stand-in');
  mkdirSync(installed, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  const { bin: program } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    bin: string;
  };
  const mount = `
    import { createStripeServer, REQUEST_KINDS } from 'stripe-stand-in';
    import { openStore } from 'stripe-stand-in/store';
    const server = await createStripeServer({ dbFile: ':memory:', port: 0 });
    const health = await fetch(server.url + '/_/health');
    console.log(health.status, REQUEST_KINDS.length > 0, typeof openStore);
    await server.stop();`;
  writeFileSync(join(home, 'mount.mjs'), mount);
  expect((await run(process.execPath, [join(home, 'mount.mjs')])).stdout.trim()).toBe('200 true function');

  child = spawn(process.execPath, [join(installed, program)], {
    env: {
      ...process.env,
      NODE_ENV: 'test',
      STRIPE_PORT: '0',
      STRIPE_DB_FILE: join(folder, 'stripe.sqlite'),
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface(child.stdout!), 'line')) as [string];
  const port = Number(/:(\d+)$/.exec(line)?.[1]);
  expect(await sdkFor(port).paymentIntents.create(held)).toMatchObject({ status: 'requires_payment_method' });
  expect((await fetch(`http://127.0.0.1:${port}/v3/`)).status).toBe(200);
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(200);
}, 120_000);
