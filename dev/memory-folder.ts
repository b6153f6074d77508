import { existsSync, statfsSync } from 'node:fs';
import { freemem } from 'node:os';
import { setting } from './environment.ts';

/** Linux keeps the files of this folder in memory. */
const IN_MEMORY = '/dev/shm';
const ENOUGH_BYTES = 3 * 1024 ** 3;

/**
 * Returns a folder for short-lived files that is kept in memory; undefined if there is none, if it or the machine has
 * too little room, or if TMPDIR names another. Databases are copied three times as fast there, and no disk is waited
 * for. No program may be kept there: containers often forbid to run one.
 */
export function memoryFolder(): string | undefined {
  if (setting('TMPDIR') || !existsSync(IN_MEMORY)) return undefined;
  const { bavail, bsize } = statfsSync(IN_MEMORY);
  return Math.min(bavail * bsize, freemem()) > ENOUGH_BYTES ? IN_MEMORY : undefined;
}
