/** How much processor time processes used, from Linux's /proc; elsewhere it is not known. */

import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts in ticks of 10 ms wherever Node runs. */
const TICK_MS = 10;

/** What /proc tells of a process. Times are in milliseconds. */
export interface ProcessTimes {
  readonly parent: number;
  /** Of all its threads, in user and kernel mode. */
  readonly own: number;
  /** Of its children that have ended, and theirs. */
  readonly ended: number;
}

/** Reads a line of /proc/<pid>/stat (see proc_pid_stat(5)). The program's name may hold spaces and brackets. */
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

/** The time of a process with all its descendants, also those that have ended. */
export function sumTree(processes: ReadonlyMap<number, ProcessTimes>, pid: number): number {
  const times = processes.get(pid);
  if (!times) return 0;
  const children = [...processes].filter(([, { parent }]) => parent === pid);
  return times.own + times.ended + children.reduce((sum, [child]) => sum + sumTree(processes, child), 0);
}

/**
 * Milliseconds of processor time by name, since each process began; undefined where there is no /proc. This process
 * counts without those it started.
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
