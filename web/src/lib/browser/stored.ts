/**
 * This browser's storage: `local` is permanent and shared by all tabs, `session` lasts as long as the tab. If storage
 * is blocked or full, values last as long as the page, so that nothing on a page depends on storage.
 */

export type StorageKind = 'local' | 'session';

/** Values that could not be written, by kind. They win over stored ones, which are older. `null` means removed. */
const memory = { local: new Map<string, string | null>(), session: new Map<string, string | null>() };

/** Reads JSON; undefined if it is missing or broken. */
export function readStored<Value>(key: string, kind: StorageKind = 'local'): Value | undefined {
  const text = memory[kind].has(key) ? memory[kind].get(key)! : readText(key, kind);
  if (text === null) return undefined;
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}

/** Writes JSON; `undefined` removes it. Returns false if the value lasts only as long as the page. */
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

/** Throws if the browser's settings forbid storage: even accessing the property is refused then. */
function open(kind: StorageKind): Storage {
  return kind === 'local' ? globalThis.localStorage : globalThis.sessionStorage;
}
