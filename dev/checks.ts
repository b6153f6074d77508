/** Checks without running the product: `npm run lint`, `types`, `format` and so on, and all of them in `npm test`. */

import { spawn } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { delimiter, join } from 'node:path';
import { childEnvironment, cloneFolder, setting } from './environment.ts';
import { endWithUs } from './processes.ts';
import type { Step } from './steps.ts';

/** Folders and files that the layer check covers. */
const LAYERED = [
  'main.ts',
  'admin.ts',
  'config.ts',
  'messages',
  'domain',
  'db',
  'temporal',
  'workflows',
  'workers',
  'api',
  'dev',
  'packages',
  'web/src',
  'test',
  'bench',
];

/** The native compiler: three times as fast. Tools that call the compiler's API need 6.0 besides. */
const TSC = '../typescript-7/bin/tsc';

/** What checks remember of unchanged files. `npm ci` deletes it, so other versions of the tools begin anew. */
const KNOWN = 'node_modules/.cache/sharetab';

/** Programs of node_modules/.bin with arguments, by the check's name. */
const CHECKS = {
  format: {
    title: 'Format',
    command: [
      'prettier',
      ...['--check', '--log-level', 'warn', '.'],
      ...['--cache', '--cache-strategy', 'content', '--cache-location', `${KNOWN}/format`],
    ],
  },
  lint: { title: 'Lint', command: ['oxlint', '--type-aware', '--deny-warnings'], needsWebTypes: true },
  layers: {
    title: 'Layers',
    command: ['depcruise', '--config', '.dependency-cruiser.cjs', '--output-type', 'err-long', ...LAYERED],
  },
  types: {
    title: 'Types',
    command: [TSC, '-p', 'tsconfig.json', '--incremental', '--tsBuildInfoFile', `${KNOWN}/types`],
  },
  'web-types': {
    title: 'Types of the web app',
    command: ['svelte-check', '--workspace', 'web', '--tsconfig', 'tsconfig.json', '--fail-on-warnings'],
    needsWebTypes: true,
  },
  'stripe-types': {
    title: 'Types of the Stripe stand-in’s pages',
    command: [TSC, '-p', 'packages/stripe-stand-in/browser'],
  },
  unused: { title: 'Unused code', command: ['knip'], needsWebTypes: true },
} satisfies Record<string, Check>;

interface Check {
  readonly title: string;
  readonly command: readonly [string, ...string[]];
  /** Whether it needs the route types that SvelteKit generates. */
  readonly needsWebTypes?: boolean;
}

/** Names of all checks, in order. */
export const CHECK_NAMES = Object.keys(CHECKS) as (keyof typeof CHECKS)[];

/**
 * Returns the step of a check; it rejects with the tool's output. `yielding`: it takes only the processor time that
 * nothing else wants.
 */
export function checkStep(name: keyof typeof CHECKS, { yielding = false } = {}): Step {
  const check: Check = CHECKS[name];
  return {
    title: check.title,
    async run() {
      if (check.needsWebTypes) await makeWebTypes();
      const [program, ...args] = check.command;
      await runTool(program, args, { yielding });
    },
  };
}

let webTypes: Promise<void> | undefined;

/** Once per process, for any number of checks. */
function makeWebTypes(): Promise<void> {
  webTypes ??= runTool('svelte-kit', ['sync'], { folder: 'web' });
  return webTypes;
}

/** Runs a program of node_modules/.bin on the pinned Node; rejects with its output unless it exits with 0. */
async function runTool(
  program: string,
  args: readonly string[],
  { folder = '.', yielding = false } = {},
): Promise<void> {
  const bin = join(cloneFolder, 'node_modules', '.bin');
  const PATH = [bin, setting('PATH')].join(delimiter);
  const tool = spawn(join(bin, program), args, {
    cwd: join(cloneFolder, folder),
    env: childEnvironment({ PATH, ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }) }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endWithUs(tool);
  if (yielding && tool.pid) setPriority(tool.pid, constants.priority.PRIORITY_LOW);
  const output: Buffer[] = [];
  for (const stream of [tool.stdout, tool.stderr]) stream.on('data', (text: Buffer) => output.push(text));
  const code = await new Promise((resolve, reject) => {
    tool.once('error', reject);
    tool.once('close', resolve);
  });
  if (code !== 0)
    throw new Error(Buffer.concat(output).toString().trim() || `${program} ended with ${String(code)}`);
}
