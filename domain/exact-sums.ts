/** Exact sums of fractions, one per person: what she owes of a bill before anything is rounded. */

/**
 * Adds up fractions per row. Remainders over the same denominator are added as plain numbers; `numerators` brings the
 * few sums that are left to one denominator. A table of 300 columns takes a fraction of the time of 15,000 bigints.
 */
export class ExactSums {
  readonly #wholes: number[];
  readonly #remainders = new Map<number, Float64Array>();

  constructor(rows: number) {
    this.#wholes = Array.from({ length: rows }, () => 0);
  }

  /** Adds `whole + remainder / denominator` to a row. Expects 0 ≤ `remainder` < `denominator`, both safe integers. */
  add(row: number, whole: number, remainder: number, denominator: number): void {
    this.#wholes[row]! += whole;
    if (remainder === 0) return;
    let sums = this.#remainders.get(denominator);
    if (!sums) this.#remainders.set(denominator, (sums = new Float64Array(this.#wholes.length)));
    const missing = denominator - remainder;
    // Carries instead of adding, so that the sum stays below the denominator and exact.
    if (sums[row]! >= missing) {
      sums[row]! -= missing;
      this.#wholes[row]! += 1;
    } else sums[row]! += remainder;
  }

  /** Returns each row's sum as a numerator over one denominator. */
  numerators(): { readonly numerators: bigint[]; readonly denominator: bigint } {
    const groups = this.#joined();
    let denominator = 1n;
    for (const each of groups.keys()) denominator = leastCommonMultiple(denominator, BigInt(each));
    const numerators = this.#wholes.map((whole) => BigInt(whole) * denominator);
    for (const [each, sums] of groups) {
      const factor = denominator / BigInt(each);
      sums.forEach((sum, row) => {
        if (sum > 0) numerators[row]! += BigInt(sum) * factor;
      });
    }
    return { numerators, denominator };
  }

  /** Joins the sums of several denominators as long as their common one is small enough to add plain numbers. */
  #joined(): Map<number, number[]> {
    const groups: { denominator: number; members: number[] }[] = [];
    for (const denominator of this.#remainders.keys()) {
      const group = groups.find((each) => isCountable(smallestMultiple(each.denominator, denominator)));
      if (!group) groups.push({ denominator, members: [denominator] });
      else {
        group.denominator = smallestMultiple(group.denominator, denominator);
        group.members.push(denominator);
      }
    }
    return new Map(
      groups.map(({ denominator, members }) => [
        denominator,
        this.#wholes.map((_, row) =>
          members.reduce((sum, each) => sum + this.#remainders.get(each)![row]! * (denominator / each), 0),
        ),
      ]),
    );
  }
}

/** So many sums of less than 1 each stay exact: more denominators than any bill has. */
const MEMBERS = 2 ** 12;

function isCountable(denominator: number): boolean {
  return denominator <= Number.MAX_SAFE_INTEGER / MEMBERS;
}

function smallestMultiple(left: number, right: number): number {
  let [divisor, rest] = [left, right];
  while (rest > 0) [divisor, rest] = [rest, divisor % rest];
  return (left / divisor) * right;
}

export function leastCommonMultiple(left: bigint, right: bigint): bigint {
  let [divisor, rest] = [left, right];
  while (rest > 0n) [divisor, rest] = [rest, divisor % rest];
  return (left / divisor) * right;
}
