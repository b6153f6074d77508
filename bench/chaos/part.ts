/** One process of a system under faults: it is killed, frozen, and restarted. */

import { setTimeout as delay } from 'node:timers/promises';
import type { StartedProcess } from '../../dev/processes.ts';

export const STRIKES = ['kill', 'freeze', 'stop'] as const;
/** `kill`: SIGKILL. `freeze`: SIGSTOP. `stop`: a normal shutdown, as by an operator. */
export type Strike = (typeof STRIKES)[number];

export interface Part {
  readonly name: string;
  strike(how: Strike): Promise<void>;
  /** Runs again, whatever fault it had. */
  revive(): Promise<void>;
  /** Disables restarts at the end of a run. */
  abandon(): void;
  /** The log of its processes. */
  readonly logFile: string;
}

const START_AGAIN_MS = 500;
/** Grace period of a normal shutdown, as orchestrators have one. */
const GRACE_MS = 10_000;

/**
 * Supervises a process: one that ends without a fault is restarted, as an orchestrator does. Faults run one after
 * another. `listFamily` returns the processes that freeze with it.
 */
export function createPart(options: {
  name: string;
  first: StartedProcess;
  start: () => Promise<StartedProcess>;
  listFamily?: () => Promise<readonly number[]>;
}): Part {
  const { name, start, listFamily = async () => [] } = options;
  let current = options.first;
  let isWanted = true;
  let frozen: readonly number[] = [];
  let last: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>) => (last = last.then(work, work));

  const watch = (process: StartedProcess) => {
    void process.ended.then(async () => {
      await delay(START_AGAIN_MS);
      await inTurn(async () => {
        if (isWanted && current === process) await launch();
      });
    });
  };
  const launch = async () => {
    while (isWanted) {
      try {
        current = await start();
        return watch(current);
      } catch {
        // Its log has the reason. A dependency may be down, too.
        await delay(START_AGAIN_MS);
      }
    }
  };
  watch(current);

  const strike = async (how: Strike) => {
    const { child, mark, ended } = current;
    if (how === 'freeze') {
      frozen = [mark.pid, ...(await listFamily().catch(() => []))];
      for (const pid of frozen) signal(pid, 'SIGSTOP');
      return;
    }
    isWanted = false;
    child.kill(how === 'kill' ? 'SIGKILL' : mark.signal);
    if (how === 'kill') await ended;
  };
  const revive = async () => {
    const wasFrozen = frozen.length > 0;
    for (const pid of frozen) signal(pid, 'SIGCONT');
    frozen = [];
    isWanted = true;
    if (wasFrozen) return;
    const timer = setTimeout(() => current.child.kill('SIGKILL'), GRACE_MS);
    await current.ended;
    clearTimeout(timer);
    await launch();
  };
  return {
    name,
    logFile: options.first.logFile,
    strike: (how) => inTurn(() => strike(how)),
    revive: () => inTurn(revive),
    abandon: () => {
      isWanted = false;
      for (const pid of frozen) signal(pid, 'SIGCONT');
    },
  };
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // A process of the family that has ended meanwhile.
  }
}
