/**
 * Computes which part of each line, fee or discount every share of a bill pays: once, over the whole bill, and stored
 * with it. Bill, receipt, refund and the tax in a refund read the same allocations (ADR 16).
 */

import { roundTable, type FractionCell } from './controlled-rounding.ts';
import { chargeStep } from './currency.ts';

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
  const lines = bill.lines.map((line) => weigh(line, line.sharedBetween, step));
  const given = [
    ...lines,
    ...(bill.fees ?? []).flatMap((fee) => (fee.sharedBetween ? [weigh(fee, fee.sharedBetween, step)] : [])),
  ];
  const inProportion = (bill.fees ?? []).filter((fee) => !fee.sharedBetween);
  const goods = inProportion.length > 0 ? weighGoods(lines, given) : NOBODY;
  const items = [...given, ...inProportion.map((fee) => weighedBy(fee, goods, step))];

  const denominator = items.reduce((multiple, { sum }) => leastCommonMultiple(multiple, sum), 1n);
  const cells = items.flatMap(({ id, amount, weights, sum }) =>
    [...weights].map(([row, weight]): FractionCell => ({
      row,
      column: id,
      numerator: amount * weight * (denominator / sum),
    })),
  );
  const amounts = roundTable(cells, denominator);
  const byPayer = new Map<string, Allocation[]>();
  cells.forEach(({ row, column }, index) => {
    const own = byPayer.get(row) ?? [];
    byPayer.set(row, own);
    own.push({ lineId: column, amount: amounts[index]! * step });
  });
  return [...byPayer]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([participantId, own]) => ({
      participantId,
      amount: own.reduce((sum, { amount }) => sum + amount, 0),
      allocations: own.toSorted((left, right) => (left.lineId < right.lineId ? -1 : 1)),
    }));
}

/**
 * An item split into cells: each is `amount` in steps, times the payer's weight, divided by the `sum` of all weights.
 */
interface WeighedItem {
  readonly id: string;
  readonly amount: bigint;
  readonly weights: Weights;
  readonly sum: bigint;
}
type Weights = ReadonlyMap<string, bigint>;

const NOBODY: Weights = new Map();

function weigh(
  item: { readonly id: string; readonly amount: number },
  payers: readonly WeightedPayer[],
  step: number,
): WeighedItem {
  const weights = new Map<string, bigint>();
  for (const { participantId, weight } of payers) {
    if (!Number.isSafeInteger(weight) || weight < 0)
      throw new RangeError(`weights must be integers, none negative, got ${weight}`);
    if (weight > 0) weights.set(participantId, (weights.get(participantId) ?? 0n) + BigInt(weight));
  }
  return weighedBy(item, weights, step);
}

function weighedBy(
  { id, amount }: { readonly id: string; readonly amount: number },
  weights: Weights,
  step: number,
): WeighedItem {
  if (!Number.isSafeInteger(amount) || amount % step !== 0)
    throw new RangeError(`${id} must cost a whole number of steps of ${step}, got ${amount}`);
  if (weights.size === 0) throw new RangeError(`nobody pays for ${id}`);
  return { id, amount: BigInt(amount / step), weights, sum: sumOf(weights.values()) };
}

/** Returns each payer's exact part of the lines, as weights; 1 for everybody on the bill if the lines cost nothing. */
function weighGoods(lines: readonly WeighedItem[], items: readonly WeighedItem[]): Weights {
  const denominator = lines.reduce((multiple, { sum }) => leastCommonMultiple(multiple, sum), 1n);
  const goods = new Map<string, bigint>();
  for (const { amount, weights, sum } of lines) {
    for (const [participantId, weight] of weights) {
      const part = amount * weight * (denominator / sum);
      if (part > 0n) goods.set(participantId, (goods.get(participantId) ?? 0n) + part);
    }
  }
  if (goods.size > 0) return goods;
  return new Map(
    items.flatMap(({ weights }) => [...weights.keys()].map((participantId) => [participantId, 1n])),
  );
}

function sumOf(amounts: Iterable<bigint>): bigint {
  let sum = 0n;
  for (const amount of amounts) sum += amount;
  return sum;
}

function leastCommonMultiple(left: bigint, right: bigint): bigint {
  let [divisor, rest] = [left, right];
  while (rest > 0n) [divisor, rest] = [rest, divisor % rest];
  return (left / divisor) * right;
}
