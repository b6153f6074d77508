/** Random numbers, reproducible per seed. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  between(least: number, most: number): number;
  pick<T>(from: readonly T[]): T;
  isSo(probability: number): boolean;
}

/** mulberry32: small, and uniform enough for this purpose. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (least, most) => least + next() * (most - least),
    pick: (from) => from[Math.floor(next() * from.length)]!,
    isSo: (probability) => next() < probability,
  };
}
