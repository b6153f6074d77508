/** Sweeps over many alike cases: a run plays some, others each time, so that all are played in the course of some runs. */

import { createRandom } from '../../bench/chaos/random.ts';
import { setting } from '../../dev/environment.ts';

/** Plays every case instead of some. */
const ALL = 'all';

/** Returns the seed that this variable sets, `all` for every case; without it, another one each time. */
export function sweepSeed(variable: string): string {
  return setting(variable) ?? String(Date.now() % 1_000_000);
}

/**
 * Returns some of the cases, in their order, that together have every mark of any case; each by itself brings one that
 * the others before it lack. The same seed gives the same ones.
 */
export function pickSome<T>(
  cases: readonly T[],
  seed: string,
  marksOf: (one: T) => readonly string[],
): readonly T[] {
  if (seed === ALL) return cases;
  const random = createRandom(Number(seed));
  const seen = new Set<string>();
  const picked = new Set<T>();
  const shuffled = cases
    .map((one) => ({ one, at: random.next() }))
    .toSorted((one, other) => one.at - other.at);
  for (const { one } of shuffled) {
    const fresh = marksOf(one).filter((mark) => !seen.has(mark));
    if (fresh.length === 0) continue;
    picked.add(one);
    for (const mark of fresh) seen.add(mark);
  }
  return cases.filter((one) => picked.has(one));
}
