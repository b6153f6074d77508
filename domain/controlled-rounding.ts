/**
 * Controlled rounding: rounds every cell of a table of fractions down or up so that the sums of rows and columns are
 * right, too (Bacharach, Matrix rounding problems, 1966). Rounding cell by cell would drift by up to a unit with every
 * column.
 */

import type { PartsTable } from './item-parts.ts';

/** What a row must get. */
export interface RowGoal {
  /** How many of its cells must be rounded up at least: the exact sum of its fractions, rounded down. */
  readonly least: number;
  /** Its place among the rows whose sum may be rounded up, lowest first; undefined if its sum is an integer. */
  readonly rank: number | undefined;
}

/**
 * Returns which cells are rounded up, as a 1 at the cell's index. Each column gets its units, each row its least or one
 * more. Rows are raised in the order of their ranks, as far as the columns allow: a unit of a column can only go to a
 * row with a fraction in it. Expects fractions that sum to the units in each column.
 */
export function roundUp(table: PartsTable, goals: readonly RowGoal[]): Uint8Array {
  const order = [...goals.keys()]
    .filter((row) => goals[row]!.rank !== undefined)
    .toSorted((left, right) => goals[left]!.rank! - goals[right]!.rank!);
  let spare = table.units.reduce((sum, units) => sum + units, 0);
  for (const { least } of goals) spare -= least;
  const hopes = goals.map(({ least }) => least);
  for (const row of order.slice(0, spare)) hopes[row]! += 1;

  const rounding = new Rounding(table, goals, hopes);
  for (const row of goals.keys()) rounding.raiseToLeast(row);
  // The sets of rows that can be raised together form a matroid, so taking each that still fits is optimal.
  for (const row of order) if (spare > 0 && rounding.keepOneMore(row)) spare -= 1;
  return rounding.raised;
}

/** Where a row's unit would go: to which row, in which column. */
interface Passing {
  readonly to: number;
  readonly column: number;
}

class Rounding {
  readonly raised: Uint8Array;
  readonly #table: PartsTable;
  readonly #given: number[];
  /** How many units a row keeps when another one needs some. */
  readonly #kept: number[];

  /** `hopes` are the rows' units if no column stood in the way: a first guess that leaves little to mend. */
  constructor(table: PartsTable, goals: readonly RowGoal[], hopes: readonly number[]) {
    this.#table = table;
    this.raised = new Uint8Array(table.fractions.length);
    this.#kept = goals.map(({ least }) => least);
    this.#given = goals.map(() => 0);
    this.#guess(hopes);
  }

  raiseToLeast(row: number): void {
    while (this.#given[row]! < this.#kept[row]!)
      if (!this.#raise(row)) throw new RangeError('the fractions of a column do not sum to its units');
  }

  /** Lets the row keep one unit more than its least. Returns whether that is possible. */
  keepOneMore(row: number): boolean {
    const has = this.#given[row]! > this.#kept[row]! || this.#raise(row);
    if (has) this.#kept[row]! += 1;
    return has;
  }

  /** Goes column by column and gives its units to those who are owed most by then, ties to the earlier row. */
  #guess(hopes: readonly number[]): void {
    const { rows, fractions, units } = this.#table;
    const owed = Float64Array.from(hopes);
    for (let cell = 0, row = 0; cell < fractions.length; cell += 1, row = row + 1 === rows ? 0 : row + 1)
      owed[row]! -= fractions[cell]!;
    const sorted = new Float64Array(rows);
    for (let column = 0; column < units.length; column += 1) {
      let left = units[column]!;
      if (left === 0) continue;
      const first = column * rows;
      let count = 0;
      for (let row = 0; row < rows; row += 1) {
        const fraction = fractions[first + row]!;
        if (fraction > 0) sorted[count++] = owed[row]! += fraction;
      }
      const threshold = sorted.subarray(0, count).toSorted()[count - left]!;
      const isOwed = (row: number) => fractions[first + row]! > 0 && this.raised[first + row] === 0;
      for (let row = 0; row < rows; row += 1)
        if (isOwed(row) && owed[row]! > threshold) left -= this.#give(column, row, owed);
      for (let row = 0; row < rows && left > 0; row += 1)
        if (isOwed(row) && owed[row] === threshold) left -= this.#give(column, row, owed);
    }
  }

  #give(column: number, row: number, owed: Float64Array): number {
    this.raised[column * this.#table.rows + row] = 1;
    this.#given[row]! += 1;
    owed[row]! -= 1;
    return 1;
  }

  /**
   * Gives the row a unit of one that has more than it keeps, over as few others as possible: along the shortest
   * augmenting path. Returns false, and changes nothing, if there is no such path.
   */
  #raise(row: number): boolean {
    const { rows, fractions, units } = this.#table;
    const passings = new Map<number, Passing>();
    const searched = new Uint8Array(units.length);
    const takers = [row];
    for (const taker of takers) {
      for (let column = 0; column < searched.length; column += 1) {
        const first = column * rows;
        if (searched[column] === 1 || fractions[first + taker] === 0 || this.raised[first + taker] === 1)
          continue;
        searched[column] = 1;
        for (let giver = 0; giver < rows; giver += 1) {
          if (this.raised[first + giver] === 0 || giver === row || passings.has(giver)) continue;
          passings.set(giver, { to: taker, column });
          if (this.#given[giver]! > this.#kept[giver]!) {
            this.#pass(giver, row, passings);
            return true;
          }
          takers.push(giver);
        }
      }
    }
    return false;
  }

  /** Passes a unit on from `giver` to `row`. */
  #pass(giver: number, row: number, passings: ReadonlyMap<number, Passing>): void {
    this.#given[giver]! -= 1;
    this.#given[row]! += 1;
    for (let from = giver; from !== row;) {
      const { to, column } = passings.get(from)!;
      this.raised[column * this.#table.rows + from] = 0;
      this.raised[column * this.#table.rows + to] = 1;
      from = to;
    }
  }
}
