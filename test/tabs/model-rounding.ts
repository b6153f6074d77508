/**
 * What everybody pays of lines of which each has an exact part: a part of the model of a tab. The parts of a line sum to
 * it, and each is rounded down or up; so a cent of a line goes only to somebody who shares it.
 */

export type Fraction = readonly [numerator: bigint, denominator: bigint];
export const ZERO: Fraction = [0n, 1n];

export function plus([a, b]: Fraction, [c, d]: Fraction): Fraction {
  return [a * d + c * b, b * d];
}

/**
 * Rounds sums by the largest remainder, ties by id, as far as the lines allow. `parts` has what each pays of each line;
 * each line sums to an integer.
 */
export function roundParts(parts: readonly ReadonlyMap<string, Fraction>[]): Map<string, number> {
  const exact = new Map<string, Fraction>();
  const amounts = new Map<string, number>();
  for (const [id, part] of parts.flatMap((line) => [...line])) {
    exact.set(id, plus(exact.get(id) ?? ZERO, part));
    amounts.set(id, (amounts.get(id) ?? 0) + floor(part));
  }
  const cents = new Cents(parts);
  const raise = (id: string) => {
    const isRaised = cents.give(id);
    if (isRaised) amounts.set(id, amounts.get(id)! + 1);
    return isRaised;
  };
  for (const [id, sum] of exact)
    while (amounts.get(id)! < floor(sum)) if (!raise(id)) throw new Error(`${id} must get a cent`);
  const ranked = [...exact]
    .filter(([, [n, d]]) => n % d > 0n)
    .toSorted(([left, [a, b]], [right, [c, d]]) => {
      const difference = (c % d) * b - (a % b) * d;
      return difference > 0n ? 1 : difference < 0n ? -1 : left < right ? -1 : 1;
    });
  for (const [id] of ranked) raise(id);
  return amounts;
}

/** The cents of each line that rounding down leaves, each for somebody whose part of the line was rounded. */
class Cents {
  readonly #lines: { left: number; readonly may: ReadonlySet<string>; readonly have: Set<string> }[];

  constructor(parts: readonly ReadonlyMap<string, Fraction>[]) {
    this.#lines = parts.map((line) => {
      const all = [...line.values()].reduce(plus, ZERO);
      const down = [...line.values()].reduce((total, part) => total + floor(part), 0);
      const may = new Set([...line].flatMap(([id, [n, d]]) => (n % d > 0n ? [id] : [])));
      return { left: floor(all) - down, may, have: new Set() };
    });
  }

  /** Gives somebody one more cent, if need be by giving others theirs of other lines. Returns whether it was possible. */
  give(id: string, tried = new Set<number>()): boolean {
    for (const [number, line] of this.#lines.entries()) {
      if (tried.has(number) || !line.may.has(id) || line.have.has(id)) continue;
      tried.add(number);
      const giver = line.left > 0 ? undefined : [...line.have].find((other) => this.give(other, tried));
      if (line.left === 0 && giver === undefined) continue;
      if (giver === undefined) line.left -= 1;
      else line.have.delete(giver);
      line.have.add(id);
      return true;
    }
    return false;
  }
}

function floor([numerator, denominator]: Fraction): number {
  return Number(numerator / denominator);
}
