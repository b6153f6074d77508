// Installs the packages of package-lock.json if they are missing or outdated. Plain JavaScript without dependencies,
// because it runs before they are installed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Absolute path of the clone. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** Where the packages are. */
export const modules = path.join(root, 'node_modules');

const stampFile = path.join(modules, '.sharetab-install');

/** An error whose message needs no stack. */
export class Complaint extends Error {}

function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** Inputs of an installation: the lock file, and the platform of the native packages. */
function wantedStamp() {
  const lock = fs.readFileSync(path.join(root, 'package-lock.json'));
  return `${createHash('sha256').update(lock).digest('hex')} ${process.platform} ${process.arch}`;
}

/**
 * Returns whether npm's own record of node_modules has everything in the lock file, for example after `npm install x`.
 */
function installedAsLocked() {
  try {
    const wanted = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
    const found = JSON.parse(fs.readFileSync(path.join(modules, '.package-lock.json'), 'utf8')).packages;
    return Object.entries(wanted).every(([name, entry]) => {
      if (name === '') return true;
      if (!found[name]) return Boolean(entry.optional || entry.devOptional || entry.peer);
      return found[name].version === entry.version && fs.existsSync(path.join(root, name));
    });
  } catch {
    return false;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Two commands in one clone must not both empty node_modules: the second one waits. */
async function withInstallLock(install) {
  const lock = path.join(root, '.data', 'install.lock');
  fs.mkdirSync(path.dirname(lock), { recursive: true });
  for (let told = false; ;) {
    try {
      fs.writeFileSync(lock, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const holder = Number(readText(lock));
    if (!holder || !isAlive(holder)) fs.rmSync(lock, { force: true });
    else {
      if (!told)
        console.log(`Another command is installing the packages (process ${holder}), waiting for it …`);
      told = true;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
  try {
    return await install();
  } finally {
    fs.rmSync(lock, { force: true });
  }
}

/** How to run npm: the script of the npm that started this process, else from PATH. */
function npmCommand() {
  const script = process.env.npm_execpath;
  if (script && /npm-cli\.c?js$/.test(script) && fs.existsSync(script))
    return { command: process.execPath, args: [script] };
  return { command: 'npm', args: [], shell: process.platform === 'win32' };
}

/** Shows progress: one changing line on a terminal, else a line every ten seconds. */
function showProgress(label, hint) {
  const started = Date.now();
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  const live = process.stdout.isTTY;
  const frames = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏';
  let tick = 0;
  if (!live) console.log(`${label} (${hint}) …`);
  const draw = () =>
    live
      ? process.stdout.write(`\r\x1b[2K${frames[tick++ % frames.length]} ${label} (${hint}): ${seconds()}`)
      : console.log(`  … ${seconds()}`);
  const timer = setInterval(draw, live ? 120 : 10_000);
  return (end) => {
    clearInterval(timer);
    if (live) process.stdout.write('\r\x1b[2K');
    console.log(`${end} (${seconds()})`);
  };
}

/** Returns one sentence about npm's failure and its fix. */
function explain(output) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|ENETUNREACH|network/i.test(output))
    return 'The npm registry could not be reached. Installing needs the network once: check the connection (or npm\'s "registry" and "proxy" settings) and run the same command again.';
  if (/EACCES|EPERM/.test(output))
    return `npm may not write to ${modules}: it probably belongs to another user. Delete it, or change its owner, and run the same command again.`;
  if (/ENOSPC/.test(output)) return 'The disk is full: the packages need about 1 GB.';
  if (/EUSAGE|in sync/.test(output))
    return 'package.json and package-lock.json do not belong together: run "npm install" and commit both.';
  return 'npm could not install the packages; its own words are above.';
}

async function runNpm() {
  const npm = npmCommand();
  const args = [...npm.args, 'ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const done = showProgress('Installing packages', 'a minute or two, only the first time');
  const child = spawn(npm.command, args, {
    cwd: root,
    shell: npm.shell ?? false,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stopListening = forwardSignals(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const { code, error, signal } = await new Promise((resolve) => {
    child.on('error', (failure) => resolve({ error: failure }));
    child.on('close', (exitCode, exitSignal) => resolve({ code: exitCode, signal: exitSignal }));
  });
  stopListening();
  if (error?.code === 'ENOENT') {
    done('Not installed');
    throw new Complaint(
      'npm was not found. It comes with Node: install Node with npm from https://nodejs.org and run the same command again.',
    );
  }
  if (error) throw error;
  done(code === 0 ? 'Packages installed' : 'Not installed');
  if (signal) process.exit(130);
  if (code !== 0) {
    console.error(output.trim().split('\n').slice(-30).join('\n'));
    throw new Complaint(explain(output));
  }
}

/** Resolves when node_modules matches the lock file. Fast if it already does. */
export async function ensureInstalled() {
  const stamp = wantedStamp();
  if (readText(stampFile) === stamp) return;
  await withInstallLock(async () => {
    if (readText(stampFile) === stamp) return;
    if (!installedAsLocked()) await runNpm();
    try {
      fs.writeFileSync(stampFile, stamp);
    } catch {
      // A read-only clone: the comparison runs again next time.
    }
  });
}

/** Forwards signals to the child until the returned function is called. */
export function forwardSignals(child) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const handlers = signals.map((signal) => [signal, () => child.kill(signal)]);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  };
}
