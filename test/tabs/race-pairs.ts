/** Plays pairs of what may happen in the same instant: some of them in each run, all if asked for. */

import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { createRandom, type Random } from '../../bench/chaos/random.ts';
import { playAll } from '../harness/play-all.ts';

export type Pair = readonly [string, string];

/** What is played: `times` of each pair, or, if that is undefined, `some` of them; of those that `only` names. */
export interface PairsToPlay {
  readonly pairs: readonly Pair[];
  readonly seed: number;
  readonly times: string | undefined;
  readonly only: string | undefined;
  readonly some: number;
  readonly atOnce: number;
}

/** Plays them, each with numbers of its own that follow from the seed, and fails with the names of all that failed. */
export async function playPairs(
  { pairs, seed, times, only, some, atOnce }: PairsToPlay,
  play: (pair: Pair, random: Random) => Promise<void>,
): Promise<void> {
  const random = createRandom(seed);
  const wanted = pairs.filter((pair) => only === undefined || pair.join(' and ').includes(only));
  const all = wanted.flatMap((pair) => Array.from({ length: Number(times ?? 1) }, () => pair));
  const plays =
    times === undefined && only === undefined ? Array.from({ length: some }, () => random.pick(all)) : all;
  const failures: string[] = [];
  await playAll([...plays.entries()], atOnce, async ([number, pair]) => {
    await play(pair, createRandom(seed * 1000 + number)).catch((error: unknown) =>
      failures.push(`${pair.join(' and ')}: ${String(error)}`),
    );
  });
  expect(failures).toEqual([]);
}

/** Returns every pair of one of these and one of those. */
export function pairsOf(ones: object, others: object): Pair[] {
  return Object.keys(ones).flatMap((one) => Object.keys(others).map((other) => [one, other] as const));
}

/** Begins all of these at nearly the same moment: at once, or a few milliseconds apart. */
export async function soon<T>(acts: readonly (() => Promise<T>)[], random: Random): Promise<T[]> {
  return Promise.all(
    acts.map(async (act) => {
      await delay(random.pick([0, 0, random.between(0, 8), random.between(0, 60), random.between(0, 250)]));
      return act();
    }),
  );
}
