/** Splits items of a bill: the exact part of each person, rounded down, and the fraction that is left of it. */

import type { ExactSums } from './exact-sums.ts';

/**
 * A table of parts in chargeable steps: a column for each item, a row for each person. The cell of a column and a row is
 * at `column * rows + row` of each array: one array for all is much faster to make than one for each column.
 */
export interface PartsTable {
  readonly rows: number;
  /** 1 for those who pay for an item, though it may cost nothing. */
  readonly isPayer: Uint8Array;
  readonly floors: Float64Array;
  /** What was cut off, as a floating-point number: 0 only if nothing was. */
  readonly fractions: Float64Array;
  /** What the parts of a column lack: how many of them must be rounded up. */
  readonly units: Float64Array;
}

export function createTable(columns: number, rows: number): PartsTable {
  const cells = columns * rows;
  return {
    rows,
    isPayer: new Uint8Array(cells),
    floors: new Float64Array(cells),
    fractions: new Float64Array(cells),
    units: new Float64Array(columns),
  };
}

/** Splits by weights, at least one of which is above 0, and adds the exact parts to `sums`. */
export function splitByWeights(
  table: PartsTable,
  column: number,
  amount: number,
  weights: Float64Array,
  sums: ExactSums,
): void {
  let sum = 0;
  for (let row = 0; row < table.rows; row += 1) sum += weights[row]!;
  let units = amount;
  for (let row = 0; row < table.rows; row += 1) {
    const weight = weights[row]!;
    if (weight === 0) continue;
    const floor = floorOf(amount, weight, sum);
    const remainder = remainderOf(amount, weight, sum, floor);
    const cell = column * table.rows + row;
    table.isPayer[cell] = 1;
    table.floors[cell] = floor;
    table.fractions[cell] = remainder / sum;
    units -= floor;
    sums.add(row, floor, remainder, sum);
  }
  table.units[column] = units;
}

/** What each row pays exactly: its numerator over one denominator. */
export interface ExactRows {
  readonly numerators: readonly bigint[];
  readonly denominator: bigint;
}

/** Splits by weights that are too large to count with floating-point numbers, and returns the exact parts. */
export function splitByLargeWeights(
  table: PartsTable,
  column: number,
  amount: number,
  weights: readonly bigint[],
): ExactRows {
  const denominator = weights.reduce((left, right) => left + right, 0n);
  const numerators = weights.map((weight) => BigInt(amount) * weight);
  let units = amount;
  numerators.forEach((numerator, row) => {
    if (weights[row] === 0n) return;
    const remainder = ((numerator % denominator) + denominator) % denominator;
    const floor = Number((numerator - remainder) / denominator);
    const cell = column * table.rows + row;
    table.isPayer[cell] = 1;
    table.floors[cell] = floor;
    table.fractions[cell] = ratioOf(remainder, denominator);
    units -= floor;
  });
  table.units[column] = units;
  return { numerators, denominator };
}

/** Returns `amount * weight / sum`, rounded down. */
function floorOf(amount: number, weight: number, sum: number): number {
  const product = amount * weight;
  // Exact as long as the product is: the quotient of safe integers is never rounded up to the next one.
  if (Number.isSafeInteger(product)) return Math.floor(product / sum);
  const exact = BigInt(amount) * BigInt(weight);
  const divisor = BigInt(sum);
  const quotient = exact / divisor;
  return Number(exact % divisor < 0n ? quotient - 1n : quotient);
}

function remainderOf(amount: number, weight: number, sum: number, floor: number): number {
  const product = amount * weight;
  if (Number.isSafeInteger(product)) return product - floor * sum;
  return Number(BigInt(amount) * BigInt(weight) - BigInt(floor) * BigInt(sum));
}

const PRECISION = 53n;

/** Returns a fraction between 0 and 1 of numbers that are too large for floating point. */
function ratioOf(numerator: bigint, denominator: bigint): number {
  if (numerator === 0n) return 0;
  return Math.max(Number((numerator << PRECISION) / denominator) / 2 ** Number(PRECISION), Number.MIN_VALUE);
}
