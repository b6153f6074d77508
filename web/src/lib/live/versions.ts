/** What to do with a change of an order when `known` is the version on the screen. */
export type Verdict = 'apply' | 'drop' | 'gap';

/**
 * A change at or below the known version is old; the next one is applied; a later one means that something
 * between was missed, and the order must be watched again from the known version.
 */
export function judgeChange(known: number, version: number): Verdict {
  if (version <= known) return 'drop';
  return version === known + 1 ? 'apply' : 'gap';
}

/** The newer of two snapshots of one order; the one at hand when both are of one version. */
export function newest<Snapshot extends { readonly version: number }>(
  current: Snapshot | null,
  incoming: Snapshot,
): Snapshot {
  return current !== null && current.version >= incoming.version ? current : incoming;
}
