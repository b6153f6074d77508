/** The tax contained in a bill. */

import { includedTax } from './money.ts';

/** Gross amount and the tax contained in it, per rate. */
export interface TaxSummary {
  readonly rate: number;
  readonly grossAmount: number;
  readonly taxAmount: number;
}

/** Returns the contained tax per rate (basis points: 1900 = 19 %), rounded once per rate, highest rate first. */
export function summarizeTaxes(lines: readonly { amount: number; taxRate: number }[]): TaxSummary[] {
  const gross = new Map<number, number>();
  for (const line of lines) gross.set(line.taxRate, (gross.get(line.taxRate) ?? 0) + line.amount);
  return [...gross]
    .toSorted(([left], [right]) => right - left)
    .map(([rate, grossAmount]) => ({ rate, grossAmount, taxAmount: includedTax(grossAmount, rate) }));
}
