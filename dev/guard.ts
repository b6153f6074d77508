/**
 * A small process that outlives this one just long enough to clean up. If this process ends without signing off (kill
 * -9, a crash), the guard ends the registered processes and deletes the temporary folders.
 */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ProcessMark } from './processes.ts';

/** A message to the guard. */
export type GuardMessage =
  | { readonly watch: ProcessMark }
  | { readonly unwatch: number }
  | { readonly folder: string }
  | { readonly goodbye: true };

/** Registers processes that must not outlive this one. */
export interface Watch {
  /** The process ends when this one does. Processes end last-in-first-out. */
  watch(mark: ProcessMark): void;
  /** The process has ended, or may live on. */
  unwatch(mark: ProcessMark): void;
}

/** Cleans up after this process if it cannot do so itself. */
export interface Guard extends Watch {
  readonly pid: number;
  /** Deletes the folder when this process ends. */
  ownFolder(folder: string): void;
  /** Everything is cleaned up: the guard ends without doing anything. */
  dismiss(): void;
}

/** Starts a guard for this process, in a separate session, so that no terminal can end it first. */
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
