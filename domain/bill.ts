/** The bill: lines at their price snapshot, the tax contained in them, and shares that sum to it exactly. */

import { chargeStep } from './currency.ts';
import { includedTax, splitAmount } from './money.ts';

/** A line as the bill sees it. `amount` = quantity × unitAmount, in minor units, tax included. */
export interface BillLine {
  readonly amount: number;
  /** Tax contained in the price, in basis points: 1900 = 19 %. */
  readonly taxRate: number;
  /** The participants this line is shared between, at least one. */
  readonly sharedBetween: readonly string[];
}

/** Gross amount and the tax contained in it, per rate. */
export interface TaxSummary {
  readonly rate: number;
  readonly grossAmount: number;
  readonly taxAmount: number;
}

export interface Bill {
  readonly totalAmount: number;
  readonly taxes: readonly TaxSummary[];
  /** What each participant owes; sums to `totalAmount` exactly. Participants who owe nothing are left out. */
  readonly shares: readonly { readonly participantId: string; readonly amount: number }[];
}

/** Fixes the bill of `lines`: every line is split evenly, in what can be charged, between those it is shared between. */
export function fixBill(lines: readonly BillLine[], currency: string): Bill {
  const owed = new Map<string, number>();
  for (const line of lines) {
    const parts = splitAmount(
      line.amount,
      line.sharedBetween.map(() => 1),
      chargeStep(currency),
    );
    line.sharedBetween.forEach((participantId, index) => {
      owed.set(participantId, (owed.get(participantId) ?? 0) + parts[index]!);
    });
  }
  return {
    totalAmount: lines.reduce((sum, line) => sum + line.amount, 0),
    taxes: summarizeTaxes(lines),
    shares: [...owed].map(([participantId, amount]) => ({ participantId, amount })),
  };
}

/** The contained tax per rate, rounded once per rate, highest rate first. */
export function summarizeTaxes(lines: readonly { amount: number; taxRate: number }[]): TaxSummary[] {
  const gross = new Map<number, number>();
  for (const line of lines) gross.set(line.taxRate, (gross.get(line.taxRate) ?? 0) + line.amount);
  return [...gross]
    .toSorted(([left], [right]) => right - left)
    .map(([rate, grossAmount]) => ({ rate, grossAmount, taxAmount: includedTax(grossAmount, rate) }));
}
