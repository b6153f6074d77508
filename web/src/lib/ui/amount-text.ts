/** Conversion of typed amounts in major units to and from minor units. */

import { LIMITS } from '#domain/limits.ts';
import { language } from '../browser/language.ts';
import { isChargeable, minorDigits, shownDigits } from '#domain/currency.ts';
import { readAmount } from '#domain/typed-amount.ts';

/**
 * Returns the minor units of a typed amount: `4.5`, `4,50` and `4` are 450, 450 and 400 in eur. Undefined if it is not
 * an amount of this currency: too many decimals, finer than cards are charged, other characters, or above an order's
 * maximum. A leading minus is valid only with `negative`.
 */
export function parseAmount(typed: string, currency: string, { negative = false } = {}): number | undefined {
  const [, sign = '', unsigned = ''] = /^([-−+]?)(\d.*)$/.exec(typed.trim()) ?? [];
  const isNegative = sign === '-' || sign === '−';
  const amount = readAmount(unsigned, currency);
  if (amount === undefined || (isNegative && !negative)) return undefined;
  if (amount > LIMITS.amount || !isChargeable(amount, currency)) return undefined;
  return isNegative && amount > 0 ? -amount : amount;
}

/** Formats minor units for a field: `4.50` or `4,50` for 450 eur, `450` for 450 jpy. */
export function amountText(amount: number, currency: string): string {
  return withSeparator((amount / 10 ** minorDigits(currency)).toFixed(shownDigits(currency)));
}

/** Formats basis points as a percentage for a field: `7.5` or `7,5`. */
export function percentText(basisPoints: number): string {
  return withSeparator(String(basisPoints / 100));
}

/** Uses the decimal separator of the page's language. */
function withSeparator(text: string): string {
  const parts = new Intl.NumberFormat(language).formatToParts(0.5);
  return text.replace('.', parts.find(({ type }) => type === 'decimal')?.value ?? '.');
}
