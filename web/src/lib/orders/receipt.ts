/** What a receipt says besides the order itself. */

import type { Order } from '#domain/contract.ts';

/** One rate of tax on a receipt: its letter stands behind the lines it is contained in. */
export interface TaxRow {
  readonly letter: string;
  readonly rate: number;
  readonly netAmount: number;
  readonly taxAmount: number;
  readonly grossAmount: number;
}

/** The tax per rate as the bill has it, rounded once per rate, each with a letter. */
export function taxRows(order: Pick<Order, 'taxes'>): TaxRow[] {
  return order.taxes.map(({ rate, grossAmount, taxAmount }, index) => ({
    letter: String.fromCharCode('A'.charCodeAt(0) + index),
    rate,
    netAmount: grossAmount - taxAmount,
    taxAmount,
    grossAmount,
  }));
}

/** `19%`, `7.5%`. */
export function rateText(rate: number): string {
  return `${Number((rate / 100).toFixed(2))}%`;
}

/** Only what was paid and accepted has a receipt, whatever became of it then. */
export function hasReceipt(order: Pick<Order, 'confirmedAt'>): boolean {
  return order.confirmedAt !== null;
}
