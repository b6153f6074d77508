/** Splits refunds by tax rate and tip, exact in minor units, whatever was refunded before. */

import type { Allocation } from './allocations.ts';
import { chargeStep } from './currency.ts';
import { includedTax, splitAmount } from './money.ts';
import { payerKeyOf } from './payer-shares.ts';
import { costOfUnits, linesOfShare, type RefundLine } from './refund.ts';

/** Gross amount and the tax contained in it at one rate; net = gross − tax. */
export interface TaxAmounts {
  readonly rate: number;
  readonly netAmount: number;
  readonly taxAmount: number;
  readonly grossAmount: number;
}

/** A line as it is on the bill. */
interface TaxedLine extends RefundLine {
  readonly taxRate: number;
}

interface PaidOrder {
  readonly currency: string;
  readonly lines: readonly TaxedLine[];
  readonly taxes: readonly { readonly rate: number; readonly grossAmount: number }[];
  readonly shares: readonly {
    readonly id: string;
    readonly participantId: string;
    readonly ownerId: string | null;
    readonly amount: number;
    readonly allocations: readonly Allocation[];
  }[];
}

interface MadeRefund {
  readonly shareId: string;
  readonly amount: number;
  /** Null: everything that was left; empty: an amount alone. */
  readonly lines: readonly { readonly lineId: string; readonly quantity: number }[] | null;
}

/** A refund split up: the gross amounts of its taxes and the tip sum to it. */
export interface SplitRefund {
  readonly tipAmount: number;
  readonly taxes: readonly TaxAmounts[];
}

/** Returns the tax in what is sold at each of `rates`, without rates that sell nothing. */
export function taxAmountsOf(gross: readonly number[], rates: readonly number[]): TaxAmounts[] {
  return rates
    .map((rate, index) => amountsOf(rate, gross[index]!, includedTax(gross[index]!, rate)))
    .filter(({ grossAmount }) => grossAmount > 0);
}

/**
 * Splits `refunds`, in the order in which they were made. Units of lines reduce their own rates; an amount reduces all
 * rates of that share in proportion, by the largest remainder. A tip goes back last, since it is part of no price. No
 * refund reduces a rate of which its share pays nothing any more. The tax of a refund is the decrease of the order's
 * tax: with what is `left`, they sum to the bill's exactly.
 */
export function splitRefunds(
  order: PaidOrder,
  refunds: readonly MadeRefund[],
): { readonly refunds: readonly SplitRefund[]; readonly left: readonly TaxAmounts[] } {
  const rates = order.taxes.map(({ rate }) => rate);
  const shares = restsOf(order, rates);
  let left = order.taxes.map(({ grossAmount }) => grossAmount);
  const split = refunds.map((refund): SplitRefund => {
    const taken = shares.get(refund.shareId)!.take(refund);
    const before = left;
    left = left.map((gross, index) => gross - taken[index]!);
    const fall = (index: number, rate: number) =>
      includedTax(before[index]!, rate) - includedTax(left[index]!, rate);
    return {
      tipAmount: refund.amount - sumOf(taken),
      taxes: rates
        .map((rate, index) => amountsOf(rate, taken[index]!, fall(index, rate)))
        .filter(({ grossAmount }) => grossAmount > 0),
    };
  });
  return { refunds: split, left: taxAmountsOf(left, rates) };
}

/** Returns what is left of the prices that each share pays; shares of one payer are one. */
function restsOf(order: PaidOrder, rates: readonly number[]): ReadonlyMap<string, ShareRest> {
  const allocations = new Map<string, Allocation[]>();
  for (const share of order.shares) {
    const key = payerKeyOf(share);
    allocations.set(key, [...(allocations.get(key) ?? []), ...share.allocations]);
  }
  const rests = new Map(
    [...allocations].map(([key, of]) => [key, new ShareRest(order, { allocations: of }, rates)]),
  );
  return new Map(order.shares.map((share) => [share.id, rests.get(payerKeyOf(share))!]));
}

/** The rest of one share's prices, per rate, and which units of its lines were refunded. */
class ShareRest {
  readonly #lines: readonly TaxedLine[];
  readonly #step: number;
  readonly #rates: readonly number[];
  #returned: ReadonlyMap<string, number> = new Map();
  #left: readonly number[];

  constructor(
    order: PaidOrder,
    share: Pick<PaidOrder['shares'][number], 'allocations'>,
    rates: readonly number[],
  ) {
    this.#lines = linesOfShare(order.lines, share);
    this.#step = chargeStep(order.currency);
    this.#rates = rates;
    this.#left = this.#sumPerRate(({ amount }) => amount);
  }

  /** Deducts a refund from each rate and returns the deductions; the rest of the refund is tip. */
  take({ amount, lines }: MadeRefund): number[] {
    const before = this.#returned;
    const after = new Map(before);
    for (const { lineId, quantity } of lines ?? []) after.set(lineId, (after.get(lineId) ?? 0) + quantity);
    const weights = this.#sumPerRate((line) => {
      const units = Math.min(after.get(line.id) ?? 0, line.quantity);
      return costOfUnits(line, Math.min(before.get(line.id) ?? 0, units), units, this.#step);
    });
    const taken = takeFrom(this.#left, Math.min(amount, sumOf(this.#left)), weights);
    this.#returned = after;
    this.#left = this.#left.map((gross, index) => gross - taken[index]!);
    return taken;
  }

  #sumPerRate(amountOf: (line: TaxedLine) => number): number[] {
    const sums = new Map<number, number>();
    for (const line of this.#lines) sums.set(line.taxRate, (sums.get(line.taxRate) ?? 0) + amountOf(line));
    return this.#rates.map((rate) => sums.get(rate) ?? 0);
  }
}

/**
 * Splits `amount` by `weights`, taking from none more than is left; the excess goes to the others. Splits by what is
 * left if no weight is above 0.
 */
function takeFrom(left: readonly number[], amount: number, weights: readonly number[]): number[] {
  if (amount === 0) return left.map(() => 0);
  const isWeighed = weights.some((weight) => weight > 0);
  const wanted = splitAmount(amount, isWeighed ? weights : left);
  const taken = wanted.map((part, index) => Math.min(part, left[index]!));
  const missing = amount - sumOf(taken);
  if (missing === 0) return taken;
  const more = splitAmount(
    missing,
    left.map((gross, index) => gross - taken[index]!),
  );
  return taken.map((part, index) => part + more[index]!);
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}

function amountsOf(rate: number, grossAmount: number, taxAmount: number): TaxAmounts {
  return { rate, netAmount: grossAmount - taxAmount, taxAmount, grossAmount };
}
