/** How to handle a change of an order when `known` is the shown version. */
export type Verdict = 'apply' | 'drop' | 'gap';

/**
 * Drops a change at or below the known version and applies the next one. A later one reveals a gap: the order must be
 * watched again from the known version.
 */
export function judgeChange(known: number, version: number): Verdict {
  if (version <= known) return 'drop';
  return version === known + 1 ? 'apply' : 'gap';
}

/** Returns the newer of two snapshots of an order; the current one if their versions are equal. */
export function newest<Snapshot extends { readonly version: number }>(
  current: Snapshot | null,
  incoming: Snapshot,
): Snapshot {
  return current !== null && current.version >= incoming.version ? current : incoming;
}
