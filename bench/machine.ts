/** Where figures were measured, and on which commit: without it they are not comparable. */

import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, totalmem, type as systemType, release } from 'node:os';
import { cloneFolder } from '../dev/environment.ts';
import { figure } from './table.ts';

/** The machine and the commit. */
export interface Machine {
  readonly date: string;
  readonly commit: string;
  readonly system: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  /** Load average of the last minute; zeros if the operating system has none. */
  readonly loadBefore: number;
}

export function describeMachine(): Machine {
  return {
    date: new Date().toISOString().slice(0, 16).replace('T', ' '),
    commit: readCommit(),
    system: `${systemType()} ${release()}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    loadBefore: loadavg()[0] ?? 0,
  };
}

/** Formats the machine in one line. */
export function writeMachine(machine: Machine): string {
  return (
    `${machine.date} UTC, commit ${machine.commit}, ${machine.cores} cores of ${machine.processor}, ` +
    `${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}, load before ${figure(machine.loadBefore)}`
  );
}

/** The commit, with a plus if there are uncommitted changes. */
function readCommit(): string {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: cloneFolder, encoding: 'utf8' }).trim();
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') === '' ? '' : '+'}`;
  } catch {
    return 'unknown';
  }
}
