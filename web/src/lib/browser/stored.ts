/** Reads JSON from the browser's storage; undefined when there is none, it is broken, or storage is blocked. */
export function readStored<Value>(key: string, storage = globalThis.localStorage): Value | undefined {
  try {
    const text = storage.getItem(key);
    return text === null ? undefined : (JSON.parse(text) as Value);
  } catch {
    return undefined;
  }
}

/** Writes JSON to the browser's storage; `undefined` removes it. A full or blocked storage is no error. */
export function writeStored(key: string, value: unknown, storage = globalThis.localStorage): void {
  try {
    if (value === undefined) storage.removeItem(key);
    else storage.setItem(key, JSON.stringify(value));
  } catch {
    // The page works without: what is kept is a convenience.
  }
}
