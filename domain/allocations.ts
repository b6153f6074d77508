/**
 * Computes which part of each line, fee or discount every share of a bill pays: once, over the whole bill, and stored
 * with it. Bill, receipt, refund and the tax in a refund read the same allocations (ADR 16).
 */

import { roundUp } from './controlled-rounding.ts';
import { chargeStep } from './currency.ts';
import { ExactSums, leastCommonMultiple } from './exact-sums.ts';
import {
  createTable,
  splitByLargeWeights,
  splitByWeights,
  type ExactRows,
  type PartsTable,
} from './item-parts.ts';

/** A participant who pays for a line, and her weight relative to the others: an integer, 1 : 1 where all pay alike. */
export interface WeightedPayer {
  readonly participantId: string;
  readonly weight: number;
}

/** A line of the bill, in minor units. Its price may be 0. */
export interface AllocatedLine {
  readonly id: string;
  readonly amount: number;
  /** At least one weight is above 0. */
  readonly sharedBetween: readonly WeightedPayer[];
}

/**
 * An item of the bill that is not a line: a fee, or a discount with a negative amount. Without `sharedBetween`
 * everybody pays it in proportion to her lines (evenly, if these cost nothing).
 */
export interface AllocatedFee {
  readonly id: string;
  readonly amount: number;
  readonly sharedBetween?: readonly WeightedPayer[] | undefined;
}

/** The part of a line, fee or discount that a share pays, in minor units. */
export interface Allocation {
  readonly lineId: string;
  readonly amount: number;
}

/** What one participant owes of a bill: `amount` is the sum of `allocations`. */
export interface AllocatedShare {
  readonly participantId: string;
  readonly amount: number;
  readonly allocations: readonly Allocation[];
}

/**
 * Splits a bill. The allocations of a line sum to it, those of a share to its amount, all in chargeable steps. Each
 * share, and its part of any line, is less than one step away from the exact fraction. Sums are rounded by the largest
 * remainder over the whole bill; ties go by participant id. Returns a share for everybody with a weight, sorted by
 * participant id, 0 included. The result depends on neither the order of lines nor that of participants. Throws a
 * RangeError for an amount that is not a whole number of steps, and for an item that nobody pays for.
 */
export function allocateBill(bill: {
  readonly currency: string;
  readonly lines: readonly AllocatedLine[];
  readonly fees?: readonly AllocatedFee[];
}): AllocatedShare[] {
  const step = chargeStep(bill.currency);
  const { lines, fees = [] } = bill;
  const items: AllocatedFee[] = [...lines, ...fees].toSorted((left, right) => compare(left.id, right.id));
  const people = peopleOf(items);
  const table = createTable(items.length, people.length);
  const exact = splitItems(table, { items, lines: new Set(lines), people, step });
  const raised = roundUp(table, goalsOf(table, exact));
  return people.map((participantId, row) => {
    const allocations: Allocation[] = [];
    let steps = 0;
    for (let column = 0, cell = row; column < items.length; column += 1, cell += people.length) {
      if (table.isPayer[cell] === 0) continue;
      const part = table.floors[cell]! + raised[cell]!;
      steps += part;
      allocations.push({ lineId: items[column]!.id, amount: part * step });
    }
    return { participantId, amount: steps * step, allocations };
  });
}

interface Splitting {
  readonly items: readonly AllocatedFee[];
  readonly lines: ReadonlySet<AllocatedFee>;
  readonly people: readonly string[];
  readonly step: number;
}

/** Fills the table with everybody's parts, rounded down, and returns what each owes exactly. */
function splitItems(table: PartsTable, { items, lines, people, step }: Splitting): ExactRows {
  const rows = new Map(people.map((participantId, row) => [participantId, row]));
  const goods = new ExactSums(people.length);
  const agreed = new ExactSums(people.length);
  const inProportion: { readonly column: number; readonly amount: number }[] = [];
  items.forEach((item, column) => {
    const amount = stepsOf(item, step);
    if (item.sharedBetween) {
      const sums = lines.has(item) ? goods : agreed;
      splitByWeights(table, column, amount, weightsOf(item.id, item.sharedBetween, rows), sums);
    } else if (people.length === 0) throw new RangeError(`nobody pays for ${item.id}`);
    else inProportion.push({ column, amount });
  });
  const paid = goods.numerators();
  const costsNothing = paid.numerators.every((part) => part <= 0n);
  const weights = paid.numerators.map((part) => (costsNothing ? 1n : part > 0n ? part : 0n));
  return addAll([
    paid,
    agreed.numerators(),
    ...inProportion.map(({ column, amount }) => splitByLargeWeights(table, column, amount, weights)),
  ]);
}

/** Returns everybody with a weight, sorted. */
function peopleOf(items: readonly AllocatedFee[]): string[] {
  const people = new Set<string>();
  for (const { sharedBetween = [] } of items)
    for (const { participantId, weight } of sharedBetween) if (weight > 0) people.add(participantId);
  return [...people].toSorted();
}

function weightsOf(
  id: string,
  payers: readonly WeightedPayer[],
  rows: ReadonlyMap<string, number>,
): Float64Array {
  const weights = new Float64Array(rows.size);
  let sum = 0;
  for (const { participantId, weight } of payers) {
    if (!Number.isSafeInteger(weight) || weight < 0)
      throw new RangeError(`weights must be integers, none negative, got ${weight}`);
    if (weight === 0) continue;
    weights[rows.get(participantId)!]! += weight;
    sum += weight;
  }
  if (sum === 0) throw new RangeError(`nobody pays for ${id}`);
  if (!Number.isSafeInteger(sum))
    throw new RangeError(`the weights of ${id} sum to more than can be counted`);
  return weights;
}

function stepsOf({ id, amount }: AllocatedFee, step: number): number {
  if (!Number.isSafeInteger(amount) || amount % step !== 0)
    throw new RangeError(`${id} must cost a whole number of steps of ${step}, got ${amount}`);
  return amount / step;
}

function addAll([first, ...others]: readonly [ExactRows, ...ExactRows[]]): ExactRows {
  let sum = first;
  for (const other of others) {
    const denominator = leastCommonMultiple(sum.denominator, other.denominator);
    const [left, right] = [denominator / sum.denominator, denominator / other.denominator];
    const numerators = sum.numerators.map((each, row) => each * left + other.numerators[row]! * right);
    sum = { numerators, denominator };
  }
  return sum;
}

/** Returns what rounding must give each person above her parts rounded down; the largest remainder ranks first. */
function goalsOf(table: PartsTable, { numerators, denominator }: ExactRows) {
  const floors = numerators.map(() => 0);
  table.floors.forEach((floor, cell) => (floors[cell % table.rows]! += floor));
  const above = numerators.map((numerator, row) => numerator - BigInt(floors[row]!) * denominator);
  const remainders = above.map((each) => each % denominator);
  const ranked = [...remainders.keys()]
    .filter((row) => remainders[row]! > 0n)
    .toSorted((left, right) => compare(remainders[right]!, remainders[left]!) || left - right);
  const ranks = new Map(ranked.map((row, rank) => [row, rank]));
  return above.map((each, row) => ({ least: Number(each / denominator), rank: ranks.get(row) }));
}

function compare<Value extends string | bigint>(left: Value, right: Value): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
