/** Processor time of processes, from Linux's /proc; unavailable elsewhere. */

import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in ticks of 10 ms on all platforms of Node. */
const TICK_MS = 10;

/** Data of a process in /proc. Times are in milliseconds. */
export interface ProcessTimes {
  readonly parent: number;
  /** All its threads, in user and kernel mode. */
  readonly own: number;
  /** Its ended children and their descendants. */
  readonly ended: number;
}

/** Parses a line of /proc/<pid>/stat (see proc_pid_stat(5)). The program's name may contain spaces and brackets. */
export function parseStat(line: string): ProcessTimes {
  const fields = line
    .slice(line.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [user = 0, kernel = 0, endedUser = 0, endedKernel = 0] = fields.slice(11, 15);
  return {
    parent: fields[1] ?? 0,
    own: (user + kernel) * TICK_MS,
    ended: (endedUser + endedKernel) * TICK_MS,
  };
}

/** Returns the time of a process with all its descendants, including ended ones. */
export function sumTree(processes: ReadonlyMap<number, ProcessTimes>, pid: number): number {
  const times = processes.get(pid);
  if (!times) return 0;
  const children = [...processes].filter(([, { parent }]) => parent === pid);
  return times.own + times.ended + children.reduce((sum, [child]) => sum + sumTree(processes, child), 0);
}

/**
 * Returns milliseconds of processor time by name, since each process began; undefined without /proc. This process
 * counts without its children.
 */
export function readProcessorTimes(
  pids: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> | undefined {
  if (process.platform !== 'linux') return undefined;
  const processes = new Map<number, ProcessTimes>();
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    try {
      processes.set(Number(entry), parseStat(readFileSync(`/proc/${entry}/stat`, 'utf8')));
    } catch {
      // It has ended meanwhile.
    }
  }
  const timeOf = (pid: number) =>
    pid === process.pid ? (processes.get(pid)?.own ?? 0) : sumTree(processes, pid);
  return Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, timeOf(pid)]));
}
