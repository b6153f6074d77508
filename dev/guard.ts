/**
 * A small process beside ours that outlives us just long enough to clean up: when this process ends without having
 * said goodbye (kill -9, a crash), the guard ends the processes it was told of and deletes the temporary folders.
 */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ProcessMark } from './processes.ts';

/** One line from us to the guard. */
export type GuardMessage =
  | { readonly watch: ProcessMark }
  | { readonly unwatch: number }
  | { readonly folder: string }
  | { readonly goodbye: true };

/** Whoever is told of the processes that must not outlive this one. */
export interface Watch {
  /** From now on the process ends when ours does. Those told of last are ended first. */
  watch(mark: ProcessMark): void;
  /** The process has ended, or may live on. */
  unwatch(mark: ProcessMark): void;
}

/** What cleans up after this process when it cannot do so itself. */
export interface Guard extends Watch {
  readonly pid: number;
  /** The folder is deleted when our process ends. */
  ownFolder(folder: string): void;
  /** Everything was cleaned up here: the guard ends without doing anything. */
  dismiss(): void;
}

/** Starts a guard for this process. It is in a session of its own, so that no terminal can end it before us. */
export function startGuard(): Guard {
  const script = fileURLToPath(new URL('guard-main.ts', import.meta.url));
  const child = spawn(process.execPath, [script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  child.unref();
  child.stdin.on('error', () => undefined);
  (child.stdin as unknown as { unref(): void }).unref();
  const tell = (message: GuardMessage) => child.stdin.write(`${JSON.stringify(message)}\n`);
  return {
    pid: child.pid ?? 0,
    watch: (mark) => tell({ watch: mark }),
    unwatch: (mark) => tell({ unwatch: mark.pid }),
    ownFolder: (folder) => tell({ folder }),
    dismiss() {
      tell({ goodbye: true });
      child.stdin.end();
    },
  };
}
