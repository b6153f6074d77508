/** One start per clone: who runs in it is written down, and what a killed start left running is ended. */

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dataFolder, dataPath } from './clone-data.ts';
import { startGuard, type Watch } from './guard.ts';
import { isSameProcess, processBegan, stopMarked, type ProcessMark } from './processes.ts';

/** What is written down about a start. */
export interface RunningStart {
  readonly pid: number;
  readonly began: string;
  /** Where the product answers; missing until it does. */
  readonly url?: string;
  /** The product's settings, for those who look into it; missing until it answers. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** The processes it started that live. */
  readonly processes: readonly ProcessMark[];
}

/** The right to be the one start in this clone. Processes it watches end with it, however it ends. */
export interface Claim extends Watch {
  /** Writes down where the product answers and with what settings, for a second start and the checker to tell. */
  announce(url: string, environment: RunningStart['environment'] & object): void;
  /** Ends the watched processes that still live, the newest first, and gives the clone free. */
  release(): Promise<void>;
}

const recordFile = () => dataPath('running.json');

/** The start that runs in this clone now; undefined when there is none. */
export function findRunningStart(): RunningStart | undefined {
  const record = readRecord();
  return record && isSameProcess(record) ? record : undefined;
}

/** Takes the clone for this process; ends what a killed start left behind. Undefined: another one runs in it. */
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
    // The settings hold secrets of this clone.
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

/** Ends the processes of a start that was killed, the newest first, and forgets it. */
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
