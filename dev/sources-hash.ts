import { createHash, type Hash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cloneFolder } from './environment.ts';

/** Returns a hash of these files and folders of the clone; it changes with any content. */
export function hashSources(sources: readonly string[]): string {
  const hash = createHash('sha256');
  for (const source of sources) addToHash(hash, source);
  return hash.digest('hex');
}

function addToHash(hash: Hash, name: string): void {
  const path = join(cloneFolder, name);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory())
    for (const entry of readdirSync(path).toSorted()) addToHash(hash, join(name, entry));
  else if (found) hash.update(name).update('\0').update(readFileSync(path)).update('\0');
}
