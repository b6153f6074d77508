/** Starts, identifies and ends processes. */

import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Watch } from './guard.ts';

/** Identifies a process later: a pid alone may have been reused by then. */
export interface ProcessMark {
  readonly name: string;
  readonly pid: number;
  /** Start time of the process in the operating system's notation; empty if unavailable. */
  readonly began: string;
  /** The signal for a clean shutdown. */
  readonly signal: NodeJS.Signals;
}

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process: its output goes to its log file, and a Ctrl-C in the terminal does not reach it. */
export interface StartedProcess {
  readonly mark: ProcessMark;
  readonly child: ChildProcess;
  readonly logFile: string;
  /** Resolves when the process has ended, never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** Undefined while the process runs. */
  end(): ProcessEnd | undefined;
  /** Asks it to end and resolves when it has; kills it after `withinMs`. Idempotent. */
  stop(withinMs?: number): Promise<void>;
}

/** Options to start a process. */
export interface ProcessPlan {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** The user and group to run as; requires root. */
  readonly runAs?: { readonly uid: number; readonly gid: number } | undefined;
  /** The signal for a clean shutdown. Default: SIGTERM. */
  readonly signal?: NodeJS.Signals;
  /** Ends it when this process dies without doing so. */
  readonly guard?: Watch | undefined;
}

/** Returns when a process began; undefined if there is none with this pid (or only a zombie). */
export function processBegan(pid: number): string | undefined {
  if (process.platform === 'linux') {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
    } catch {
      return undefined;
    }
  }
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  if (process.platform === 'win32') return '';
  return (
    spawnSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim() || undefined
  );
}

/** Returns whether exactly this process still runs. */
export function isSameProcess(mark: Pick<ProcessMark, 'pid' | 'began'>): boolean {
  const began = processBegan(mark.pid);
  return began !== undefined && began === mark.began;
}

/** Ends a process by its mark, even if another process started it; kills it after `withinMs`. */
export async function stopMarked(mark: ProcessMark, withinMs = 10_000): Promise<void> {
  const deadline = Date.now() + withinMs;
  let signal: NodeJS.Signals | undefined = mark.signal;
  while (isSameProcess(mark)) {
    if (signal) signalQuietly(mark.pid, signal);
    signal = undefined;
    await delay(20);
    if (Date.now() > deadline) signal = 'SIGKILL';
  }
}

function signalQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

/** Starts a process in a separate group. Rejects if it cannot be started. */
export async function startProcess(plan: ProcessPlan): Promise<StartedProcess> {
  mkdirSync(dirname(plan.logFile), { recursive: true });
  const log = openSync(plan.logFile, 'a');
  try {
    const child = spawn(plan.command, plan.args, {
      cwd: plan.cwd,
      env: plan.env,
      detached: true,
      stdio: ['ignore', log, log],
      ...plan.runAs,
    });
    const ended = new Promise<ProcessEnd>((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    const started = watchProcess(plan, child, ended);
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    return started;
  } finally {
    closeSync(log);
  }
}

function watchProcess(plan: ProcessPlan, child: ChildProcess, ended: Promise<ProcessEnd>): StartedProcess {
  const pid = child.pid ?? 0;
  const mark = { name: plan.name, pid, began: processBegan(pid) ?? '', signal: plan.signal ?? 'SIGTERM' };
  let end: ProcessEnd | undefined;
  if (pid) plan.guard?.watch(mark);
  void ended.then((value) => {
    end = value;
    plan.guard?.unwatch(mark);
  });
  return {
    mark,
    child,
    logFile: plan.logFile,
    ended,
    end: () => end,
    async stop(withinMs = 10_000) {
      if (end) return;
      child.kill(mark.signal);
      const timer = setTimeout(() => child.kill('SIGKILL'), withinMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Ends a child when this process exits first; for work that is useless without it. */
export function endWithUs(child: ChildProcess): void {
  const end = () => child.kill();
  process.once('exit', end);
  child.once('close', () => process.off('exit', end));
}

/** Returns the last lines of a log file, for an error message; empty if there is none. */
export function lastLines(file: string, count = 15): string {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
  } catch {
    return '';
  }
}

/** Deletes a folder recursively. A missing one is ignored. */
export function deleteFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}
