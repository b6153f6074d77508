// Runs `npm start`, `npm test` and the others on any Node from 20 on. It installs missing or outdated packages,
// compiles the messages, then runs dev/<command>.ts (or the script given by its path) on the Node that package.json
// pins. Plain JavaScript without dependencies, because it runs before they are installed.
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Complaint, ensureInstalled, forwardSignals, modules, root } from './install.mjs';

function refuseOldNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20)
    throw new Complaint(
      `Sharetab needs Node 20 or newer to set itself up, and this is ${process.version}: install a current one from https://nodejs.org and run the same command again.`,
    );
}

/** Returns the parent and the name of a process; undefined if it is gone or cannot be queried. */
function lookUpProcess(pid) {
  try {
    if (process.platform === 'linux') {
      const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
      const end = stat.lastIndexOf(')');
      return {
        name: stat.slice(stat.indexOf('(') + 1, end),
        parent: Number(stat.slice(end + 4).split(' ')[0]),
      };
    }
    const shown = spawnSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], {
      encoding: 'utf8',
    }).stdout.trim();
    const [parent, ...name] = shown.split(/\s+/);
    return { name: path.basename(name.join(' ')), parent: Number(parent) };
  } catch {
    return undefined;
  }
}

/**
 * Calls back when the npm that started this process is gone without a signal (kill -9): otherwise this process would
 * run on unseen. The shell between npm and this process notices nothing.
 */
function watchNpm(onGone) {
  if (!process.env.npm_lifecycle_event || process.platform === 'win32') return;
  const parent = process.ppid;
  const shell = lookUpProcess(parent);
  const isShell = shell !== undefined && /^-?(ba|da|z|k|a)?sh$/.test(shell.name);
  const isGone = () => process.ppid !== parent || (isShell && lookUpProcess(parent)?.parent !== shell.parent);
  const timer = setInterval(() => {
    if (!isGone()) return;
    clearInterval(timer);
    onGone();
  }, 1_000);
  timer.unref();
}

/** Node runs TypeScript without a flag from 22.18 and 23.6 on. */
function isRecentEnough() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);
}

/** Runs the script and exits as it does. Its IPC channel tells it when this process is gone. */
function run(node, script, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(node, [script, ...args], {
      cwd: root,
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    });
    const stopListening = forwardSignals(child);
    watchNpm(() => child.kill('SIGTERM'));
    child.on('error', (error) => {
      stopListening();
      reject(error);
    });
    child.on('close', (code, signal) => {
      stopListening();
      resolve(signal ? 128 + os.constants.signals[signal] : code);
    });
  });
}

/** Compiles the messages first: nearly everything imports them. */
async function compileAndRun(node, script, args) {
  return (await run(node, path.join(root, 'messages', 'compile.ts'), [])) || run(node, script, args);
}

async function runOnPinnedNode(script, args) {
  const pinned = path.join(modules, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  if (fs.existsSync(pinned)) {
    try {
      return await compileAndRun(pinned, script, args);
    } catch (error) {
      if (!isRecentEnough()) throw error;
    }
  }
  if (isRecentEnough()) return compileAndRun(process.execPath, script, args);
  throw new Complaint(
    `The pinned Node is missing from node_modules and ${process.version} is too old to run Sharetab: delete node_modules and run the same command again (npm must be allowed to run install scripts), or use Node 24.`,
  );
}

async function main() {
  refuseOldNode();
  const [command = 'start', ...args] = process.argv.slice(2);
  const file = command.endsWith('.ts') ? command : path.join('dev', `${command}.ts`);
  const script = path.join(root, file);
  if (!fs.existsSync(script)) throw new Complaint(`There is no "${command}": ${file} does not exist.`);
  await ensureInstalled();
  process.exitCode = await runOnPinnedNode(script, args);
}

main().catch((error) => {
  console.error(error instanceof Complaint ? `\n${error.message}` : error);
  process.exitCode = 1;
});
