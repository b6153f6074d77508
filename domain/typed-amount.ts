import { minorDigits } from './currency.ts';

/**
 * Returns the minor units of an amount that somebody typed: `4.5`, `4,50` and `4` are 450, 450 and 400 in eur. Undefined
 * if it is none: too many decimals, or other characters.
 */
export function readAmount(typed: string, currency: string): number | undefined {
  const [, whole, decimals = ''] = /^(\d{1,9})(?:[.,](\d+))?$/.exec(typed.trim()) ?? [];
  const digits = minorDigits(currency);
  if (whole === undefined || decimals.length > digits) return undefined;
  return Number(whole + decimals.padEnd(digits, '0'));
}
