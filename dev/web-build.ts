/** Builds the web app for the API, only if its sources changed. */

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { dataPath } from './clone-data.ts';
import { childEnvironment, cloneFolder } from './environment.ts';
import { endWithUs } from './processes.ts';
import { elapsedSince, type ReportProgress } from './progress.ts';
import { hashSources } from './sources-hash.ts';

const SOURCES = [
  'web/src',
  'web/static',
  'web/browser-floor.ts',
  'web/first-load.ts',
  'web/import-each.ts',
  'web/message-modules.ts',
  'web/pages-per-language.ts',
  'web/route-preloads.ts',
  'web/vite.config.ts',
  'web/tsconfig.json',
  'domain',
  'package-lock.json',
  // Sources of the compiled messages.
  ...readdirSync(join(cloneFolder, 'messages'))
    .filter((name) => name !== 'compiled')
    .map((name) => `messages/${name}`),
];

/** Returns whether web/build matches the current sources. */
export function isWebBuilt(): boolean {
  const stamp = dataPath('web-build');
  if (!existsSync(join(cloneFolder, 'web/build/index.en.html')) || !existsSync(stamp)) return false;
  return readFileSync(stamp, 'utf8') === hashSources(SOURCES);
}

/** Builds the web app for production. Rejects with the builder's output. */
export async function buildWeb(report: ReportProgress): Promise<void> {
  const hash = hashSources(SOURCES);
  const startedAt = Date.now();
  const timer = setInterval(() => report(`building, ${elapsedSince(startedAt)}`), 1_000);
  const builder = spawn(process.execPath, [join(cloneFolder, 'node_modules/vite/bin/vite.js'), 'build'], {
    cwd: join(cloneFolder, 'web'),
    env: childEnvironment({ NODE_ENV: 'production', PSEUDO_LOCALE: 'true' }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endWithUs(builder);
  let output = '';
  for (const stream of [builder.stdout, builder.stderr])
    stream.on('data', (text: Buffer) => (output += text.toString()));
  const code = await new Promise((resolve, reject) => {
    builder.once('error', reject);
    builder.once('close', resolve);
  }).finally(() => clearInterval(timer));
  if (code !== 0)
    throw new Error(`The web app could not be built:\n${output.trim().split('\n').slice(-30).join('\n')}`);
  mkdirSync(dirname(dataPath('web-build')), { recursive: true });
  writeFileSync(dataPath('web-build'), hash);
}
