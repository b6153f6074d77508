/**
 * Returns the value that `share` (0 to 1) of the samples do not exceed, by nearest rank: always a measured one. NaN
 * without samples.
 */
export function percentile(samples: readonly number[], share: number): number {
  if (samples.length === 0) return Number.NaN;
  const sorted = samples.toSorted((left, right) => left - right);
  const rank = Math.ceil(share * sorted.length);
  return sorted[Math.min(Math.max(rank, 1), sorted.length) - 1]!;
}

/** Summary of many durations for a table, in the samples' unit. */
export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
}

/** Median and 99th percentile. */
export function spreadOf(samples: readonly number[]): Spread {
  return { count: samples.length, p50: percentile(samples, 0.5), p99: percentile(samples, 0.99) };
}
