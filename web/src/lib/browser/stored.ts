/**
 * What this browser remembers: `local` for good and in every tab, `session` as long as the tab. Where storage is blocked,
 * or too full to be written, it is remembered as long as the page, so that nothing on a page depends on it.
 */

export type StorageKind = 'local' | 'session';

/** What could not be written, by kind. It counts before what is stored, which is older. `null`: removed. */
const memory = { local: new Map<string, string | null>(), session: new Map<string, string | null>() };

/** Reads JSON; undefined when there is none, or it is broken. */
export function readStored<Value>(key: string, kind: StorageKind = 'local'): Value | undefined {
  const text = memory[kind].has(key) ? memory[kind].get(key)! : readText(key, kind);
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}

/** Writes JSON; `undefined` removes it. False: it is remembered as long as the page only. */
export function writeStored(key: string, value: unknown, kind: StorageKind = 'local'): boolean {
  const text = value === undefined ? null : JSON.stringify(value);
  try {
    const storage = open(kind);
    if (text === null) storage.removeItem(key);
    else storage.setItem(key, text);
    memory[kind].delete(key);
    return true;
  } catch {
    memory[kind].set(key, text);
    return false;
  }
}

function readText(key: string, kind: StorageKind): string | null {
  try {
    return open(kind).getItem(key);
  } catch {
    return null;
  }
}

/** Throws where the browser's settings forbid storage: already naming it is refused then. */
function open(kind: StorageKind): Storage {
  return kind === 'local' ? globalThis.localStorage : globalThis.sessionStorage;
}
