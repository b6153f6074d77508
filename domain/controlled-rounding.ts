/**
 * Controlled rounding: rounds every cell of a table of fractions down or up to an integer so that the sums of rows and
 * columns are right, too (Bacharach, Matrix rounding problems, 1966). Rounding cell by cell would drift by up to a unit
 * with every column.
 */

/** One cell: `numerator / denominator`, with one denominator for the whole table. */
export interface FractionCell {
  readonly row: string;
  readonly column: string;
  readonly numerator: bigint;
}

/**
 * Rounds `cells`, of which each column must sum to an integer, and returns the integers in the order of `cells`.
 * Columns keep their sums. A row's sum is its exact sum rounded down or up. The largest remainders are rounded up, ties
 * by the row's name, as far as the columns allow: a unit of a column can only go to a row with a fraction in it. The
 * result doesn't depend on the order of `cells`. Throws a RangeError when a column does not sum to an integer.
 */
export function roundTable(cells: readonly FractionCell[], denominator: bigint): number[] {
  const rows = new Map<string, Total>();
  const columns = new Map<string, Total>();
  const rounded = new Map<FractionCell, RoundedCell>();
  for (const cell of cells.toSorted(byName)) {
    const row = totalOf(rows, cell.row);
    const column = totalOf(columns, cell.column);
    const made = { row, column, ...divide(cell.numerator, denominator), isRaised: false };
    rounded.set(cell, made);
    for (const total of [row, column]) {
      total.numerator += cell.numerator;
      total.floors += made.floor;
      if (made.remainder > 0n) total.cells.push(made);
    }
  }
  for (const total of [...rows.values(), ...columns.values()]) {
    const { floor, remainder } = divide(total.numerator, denominator);
    total.units = floor - total.floors;
    total.remainder = remainder;
    total.cells.sort(byRemainder);
  }
  for (const [name, { remainder }] of columns)
    if (remainder > 0n) throw new RangeError(`column ${name} does not sum to an integer`);

  for (const row of rows.values()) for (let unit = 0; unit < row.units; unit += 1) raise(row);
  // The sets of rows that can be rounded up together form a matroid, so the greedy choice, largest first, is optimal.
  for (const row of [...rows.values()].toSorted(byRemainder)) if (row.remainder > 0n) raise(row);
  return cells.map((cell) => {
    const { floor, isRaised } = rounded.get(cell)!;
    return isRaised ? floor + 1 : floor;
  });
}

interface RoundedCell {
  readonly row: Total;
  readonly column: Total;
  readonly floor: number;
  readonly remainder: bigint;
  /** Rounded up. */
  isRaised: boolean;
}

/** A row or a column. */
interface Total {
  numerator: bigint;
  remainder: bigint;
  /** Sum of the row's cells rounded down. */
  floors: number;
  /** Units above `floors`: for a row, those it must get; for a column, those not yet given to a row. */
  units: number;
  /** Only cells with a fraction, largest first: the others need no rounding. */
  readonly cells: RoundedCell[];
}

/**
 * Gives the row one more unit if possible: from a column that has one left, or from one whose unit another row can
 * replace from elsewhere (an augmenting path).
 */
function raise(row: Total, tried: Set<Total> = new Set()): boolean {
  tried.add(row);
  const open = row.cells.filter(({ isRaised, column }) => !isRaised && !tried.has(column));
  const free = open.find(({ column }) => column.units > 0);
  if (free) {
    free.column.units -= 1;
    free.isRaised = true;
    return true;
  }
  for (const cell of open) {
    if (tried.has(cell.column)) continue;
    tried.add(cell.column);
    const replaced = cell.column.cells.find(
      (other) => other.isRaised && !tried.has(other.row) && raise(other.row, tried),
    );
    if (!replaced) continue;
    replaced.isRaised = false;
    cell.isRaised = true;
    return true;
  }
  return false;
}

function totalOf(totals: Map<string, Total>, name: string): Total {
  const known = totals.get(name);
  if (known) return known;
  const made = { numerator: 0n, remainder: 0n, floors: 0, units: 0, cells: [] };
  totals.set(name, made);
  return made;
}

function divide(numerator: bigint, denominator: bigint): { floor: number; remainder: bigint } {
  const remainder = ((numerator % denominator) + denominator) % denominator;
  return { floor: Number((numerator - remainder) / denominator), remainder };
}

function byRemainder(left: { readonly remainder: bigint }, right: { readonly remainder: bigint }): number {
  return left.remainder === right.remainder ? 0 : left.remainder < right.remainder ? 1 : -1;
}

function byName(left: FractionCell, right: FractionCell): number {
  return compare(left.row, right.row) || compare(left.column, right.column);
}

function compare(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
