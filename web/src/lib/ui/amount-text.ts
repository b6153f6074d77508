/** Amounts as agents type them, in major units, to and from minor units. */

import { LIMITS } from '#domain/limits.ts';
import { isChargeable, minorDigits, shownDigits } from '#domain/currency.ts';

/**
 * Minor units of a typed amount: `4.5`, `4,50` and `4` are 450, 450 and 400 in eur. Undefined where it is not an
 * amount of this currency: too many decimals, finer than cards are charged, other characters, or more than an order may
 * hold. A leading minus
 * is understood only where `negative` is allowed.
 */
export function parseAmount(typed: string, currency: string, { negative = false } = {}): number | undefined {
  const match = /^([-−+]?)(\d{1,9})(?:[.,](\d+))?$/.exec(typed.trim());
  if (!match) return undefined;
  const [, sign = '', whole = '', decimals = ''] = match;
  const digits = minorDigits(currency);
  const isNegative = sign === '-' || sign === '−';
  if (decimals.length > digits || (isNegative && !negative)) return undefined;
  const amount = Number(whole + decimals.padEnd(digits, '0'));
  if (amount > LIMITS.amount || !isChargeable(amount, currency)) return undefined;
  return isNegative && amount > 0 ? -amount : amount;
}

/** What stands in a field for an amount in minor units: `4.50` for 450 eur, `450` for 450 jpy. */
export function amountText(amount: number, currency: string): string {
  return (amount / 10 ** minorDigits(currency)).toFixed(shownDigits(currency));
}
