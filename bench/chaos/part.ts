/** One process of a system, as fate has it: it is killed, stands still, and comes back. */

import { setTimeout as delay } from 'node:timers/promises';
import type { StartedProcess } from '../../dev/processes.ts';

export const STRIKES = ['kill', 'freeze', 'stop'] as const;
/** `kill`: SIGKILL. `freeze`: SIGSTOP, so that nobody is told. `stop`: ended as an operator ends it. */
export type Strike = (typeof STRIKES)[number];

export interface Part {
  readonly name: string;
  strike(how: Strike): Promise<void>;
  /** Runs again, whatever was done to it. */
  revive(): Promise<void>;
  /** The log of its processes. */
  readonly logFile: string;
}

const START_AGAIN_MS = 500;

/**
 * Watches over a process: one that ends without having been struck is started again, as an orchestrator does.
 * `listFamily` names the processes that stand still with it.
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

  const watch = (process: StartedProcess) => {
    void process.ended.then(async () => {
      if (!isWanted || current !== process) return;
      await delay(START_AGAIN_MS);
      if (isWanted && current === process) await launch();
    });
  };
  const launch = async () => {
    current = await start();
    watch(current);
  };
  watch(current);

  return {
    name,
    logFile: options.first.logFile,
    strike: async (how) => {
      const { child, mark, ended } = current;
      if (how === 'freeze') {
        frozen = [mark.pid, ...(await listFamily())];
        for (const pid of frozen) signal(pid, 'SIGSTOP');
        return;
      }
      isWanted = false;
      child.kill(how === 'kill' ? 'SIGKILL' : mark.signal);
      if (how === 'kill') await ended;
    },
    revive: async () => {
      for (const pid of frozen) signal(pid, 'SIGCONT');
      if (frozen.length === 0) {
        // Whoever is ended gently gets ten seconds for it, as from any orchestrator.
        const timer = setTimeout(() => current.child.kill('SIGKILL'), 10_000);
        await current.ended;
        clearTimeout(timer);
        await launch();
      }
      frozen = [];
      isWanted = true;
    },
  };
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // One of the family that has ended meanwhile.
  }
}
