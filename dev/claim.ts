/** Allows one start per clone: records the running start, and ends processes left by a killed one. */

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dataFolder, dataPath } from './clone-data.ts';
import { startGuard, type Watch } from './guard.ts';
import { isSameProcess, processBegan, stopMarked, type ProcessMark } from './processes.ts';

/** The record of a start. */
export interface RunningStart {
  readonly pid: number;
  readonly began: string;
  /** The product's address; missing until it responds. */
  readonly url?: string;
  /** The product's settings, for inspection tools; missing until it responds. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Its running child processes. */
  readonly processes: readonly ProcessMark[];
}

/** The exclusive right to run in this clone. Watched processes end with the claim, however it ends. */
export interface Claim extends Watch {
  /** Records the product's address and settings, for a second start and the checker. */
  announce(url: string, environment: RunningStart['environment'] & object): void;
  /** Ends the watched processes that still run, newest first, and releases the clone. */
  release(): Promise<void>;
}

const recordFile = () => dataPath('running.json');

/** Returns the start that runs in this clone; undefined if there is none. */
export function findRunningStart(): RunningStart | undefined {
  const record = readRecord();
  return record && isSameProcess(record) ? record : undefined;
}

/**
 * Claims the clone for this process; ends what a killed start left running. Returns undefined if another start runs.
 */
export async function claimClone(): Promise<Claim | undefined> {
  mkdirSync(dataFolder, { recursive: true });
  const own = { pid: process.pid, began: processBegan(process.pid) ?? '' };
  while (!tryWrite({ ...own, processes: [] })) {
    if (findRunningStart()) return undefined;
    await endLeftovers();
  }
  const guard = startGuard();
  const processes = new Map<number, ProcessMark>();
  let announced: Pick<RunningStart, 'url' | 'environment'> = {};
  const save = () => {
    const record: RunningStart = { ...own, ...announced, processes: [...processes.values()] };
    // The settings contain secrets of this clone.
    writeFileSync(`${recordFile()}.new`, JSON.stringify(record), { mode: 0o600 });
    renameSync(`${recordFile()}.new`, recordFile());
  };
  return {
    watch(mark) {
      guard.watch(mark);
      processes.set(mark.pid, mark);
      save();
    },
    unwatch(mark) {
      guard.unwatch(mark);
      processes.delete(mark.pid);
      save();
    },
    announce(url, environment) {
      announced = { url, environment };
      save();
    },
    async release() {
      for (const mark of [...processes.values()].toReversed()) await stopMarked(mark);
      guard.dismiss();
      rmSync(recordFile(), { force: true });
    },
  };
}

/** Ends the processes of a killed start, newest first, and removes its record. */
export async function endLeftovers(): Promise<void> {
  for (const mark of readRecord()?.processes.toReversed() ?? []) await stopMarked(mark);
  rmSync(recordFile(), { force: true });
}

function readRecord(): RunningStart | undefined {
  if (!existsSync(recordFile())) return undefined;
  try {
    return JSON.parse(readFileSync(recordFile(), 'utf8')) as RunningStart;
  } catch {
    return undefined;
  }
}

function tryWrite(record: RunningStart): boolean {
  try {
    writeFileSync(recordFile(), JSON.stringify(record), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
