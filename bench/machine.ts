/** Where and of what figures were taken: without it they mean nothing later. */

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
  /** Processes that wanted to run in the minute before, by the operating system; zeros where it does not tell. */
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

/** The machine in one line. */
export function writeMachine(machine: Machine): string {
  return (
    `${machine.date} UTC, commit ${machine.commit}, ${machine.cores} cores of ${machine.processor}, ` +
    `${machine.memoryGiB} GiB, ${machine.system}, Node ${machine.node}, load before ${figure(machine.loadBefore)}`
  );
}

/** The commit, with a plus when something is not committed. */
function readCommit(): string {
  try {
    const git = (...args: string[]) =>
      execFileSync('git', args, { cwd: cloneFolder, encoding: 'utf8' }).trim();
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain') === '' ? '' : '+'}`;
  } catch {
    return 'unknown';
  }
}
