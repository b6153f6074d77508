/** A tab's bill as staff print it: what is open, whose it is, and in equal parts. Pure functions over the tab. */

import type { OwedLine } from '#domain/contract/tab-payments.ts';
import type { Tab } from '#domain/contract/tabs.ts';
import { chargeStep } from '#domain/currency.ts';
import { splitAmount } from '#domain/money.ts';
import type { TaxRow } from '#domain/receipt.ts';
import { taxAmountsOf } from '#domain/refund-tax.ts';

/** A part of a line. */
export interface BillPart {
  readonly line: OwedLine;
  readonly amount: number;
}

export interface TabBill {
  /** What nobody has paid, nor is paying now. */
  readonly openAmount: number;
  /** The letter marks the rate of its tax. */
  readonly parts: readonly (BillPart & { readonly letter: string })[];
  /** The tax contained in what is open. */
  readonly taxes: readonly TaxRow[];
}

export function billOf({ owed }: Pick<Tab, 'owed'>): TabBill {
  const lines = owed.filter(({ openAmount }) => openAmount > 0);
  const rates = [...new Set(lines.map(({ taxRate }) => taxRate))].toSorted((left, right) => right - left);
  const letterOf = (rate: number): string => String.fromCharCode('A'.charCodeAt(0) + rates.indexOf(rate));
  const gross = rates.map((rate) => sumOf(lines.filter(({ taxRate }) => taxRate === rate).map(openOf)));
  return {
    openAmount: sumOf(lines.map(openOf)),
    parts: lines.map((line) => ({ line, amount: line.openAmount, letter: letterOf(line.taxRate) })),
    taxes: taxAmountsOf(gross, rates).map((tax) => ({ ...tax, letter: letterOf(tax.rate) })),
  };
}

/** One person's part of the bill. */
export interface PersonalBill {
  readonly participantId: string;
  readonly amount: number;
  readonly parts: readonly BillPart[];
}

/** Returns the part of everybody who has something to pay, in the order of the people. */
export function billsByPerson({ owed, participants }: Pick<Tab, 'owed' | 'participants'>): PersonalBill[] {
  return participants.flatMap(({ id }) => {
    const parts = owed.flatMap((line): BillPart[] => {
      const amount = line.due.find(({ participantId }) => participantId === id)?.amount ?? 0;
      return amount > 0 ? [{ line, amount }] : [];
    });
    return parts.length > 0
      ? [{ participantId: id, amount: sumOf(parts.map(({ amount }) => amount)), parts }]
      : [];
  });
}

/** Returns what each of so many would pay of what is open, the larger parts first, as the tab takes them. */
export function evenParts({ owed, currency }: Pick<Tab, 'owed' | 'currency'>, of: number): number[] {
  const ones = Array.from({ length: of }, () => 1);
  return splitAmount(sumOf(owed.map(openOf)), ones, chargeStep(currency));
}

function openOf({ openAmount }: OwedLine): number {
  return openAmount;
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
