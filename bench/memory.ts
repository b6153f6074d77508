/** Memory of a process, from Linux's /proc; unavailable elsewhere. */

import { readFileSync } from 'node:fs';

const EVERY_MS = 50;

/** Resident memory of a process in MiB during the observation. */
export interface Memory {
  readonly beforeMiB: number;
  readonly peakMiB: number;
}

/** Samples the process 20 times a second until stopped. */
export function watchMemory(pid: number): { stop(): Memory | undefined } {
  const beforeMiB = readMemory(pid);
  let peakMiB = beforeMiB ?? 0;
  const timer = setInterval(() => (peakMiB = Math.max(peakMiB, readMemory(pid) ?? 0)), EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return beforeMiB === undefined ? undefined : { beforeMiB, peakMiB };
    },
  };
}

/** Returns the resident memory of a process in MiB; undefined if unavailable. */
export function readMemory(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined;
  const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return kib === undefined ? undefined : Number(kib) / 1024;
}
