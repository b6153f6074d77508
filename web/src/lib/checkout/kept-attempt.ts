import { readStored, writeStored } from '../browser/stored.ts';
import type { Attempt } from './placement.ts';

const STORED_AS = 'sharetab.attempt.2';

/** Stores this browser's attempt: all tabs share it, and it outlives them. */
export const keptAttempt = {
  read: (): Attempt | undefined => readStored<Attempt>(STORED_AS),
  write: (attempt: Attempt | undefined): void => void writeStored(STORED_AS, attempt),
  /** Calls back when another tab made an attempt, or got its response. Returns a function that stops it. */
  follow: (onChange: () => void): (() => void) => {
    const listen = (event: StorageEvent): void => {
      if (event.key === STORED_AS || event.key === null) onChange();
    };
    globalThis.addEventListener('storage', listen);
    return () => globalThis.removeEventListener('storage', listen);
  },
};

/** Runs `work` in one tab of this browser at a time, if the browser has locks: plain http on a LAN has none. */
export function oneTabAtATime<Result>(work: () => Result): Promise<Result> {
  const { locks } = globalThis.navigator as { locks?: LockManager };
  return locks ? locks.request(STORED_AS, work) : Promise.resolve(work());
}
