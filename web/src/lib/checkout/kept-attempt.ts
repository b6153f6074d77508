import { readStored, writeStored } from '../browser/stored.ts';
import type { Attempt } from './placement.ts';

const STORED_AS = 'sharetab.attempt.1';

/** Keeps an attempt over reloads of this tab, and no longer than the tab. */
export const keptAttempt = {
  read: (): Attempt | undefined => readStored<Attempt>(STORED_AS, 'session'),
  write: (attempt: Attempt | undefined): void => writeStored(STORED_AS, attempt, 'session'),
};
