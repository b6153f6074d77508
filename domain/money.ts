/** Money is an integer in the currency's minor unit plus an ISO 4217 code in lower case, as at Stripe. */

import { chargeStep, minorDigits, shownDigits } from './currency.ts';

/** Cached: creating a formatter costs many times a format, and there are few locales and currencies. */
const formats = new Map<string, Intl.NumberFormat>();

function formatFor(locale: string, currency: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`;
  const known = formats.get(key);
  if (known) return known;
  const digits = shownDigits(currency);
  const made = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  formats.set(key, made);
  return made;
}

/**
 * Formats an amount in minor units: `formatAmount(1250, 'eur', 'en')` returns `€12.50`. Pages, mails and receipts use
 * one locale; not the `en-GB` of times, which writes a dollar as `US$`.
 */
export function formatAmount(amount: number, currency: string, locale = 'en'): string {
  return formatFor(locale, currency).format(amount / 10 ** minorDigits(currency));
}

/** Returns a percentage of an amount, rounded half up to the chargeable step: 10 % of 1.250 kwd is 0.130. */
export function percentOf(amount: number, percent: number, currency: string): number {
  const step = chargeStep(currency);
  return Math.round((amount * percent) / (100 * step)) * step;
}

/**
 * Splits `total` in proportion to `weights` by the largest remainder method: the parts are integers and sum to `total`
 * exactly. Ties go to the earlier part. If all weights are zero, it splits evenly. With a `step` every part is a
 * multiple of it. Throws a RangeError on an empty list, a negative or fractional weight, or a total that is not a whole
 * number of steps.
 */
export function splitAmount(total: number, weights: readonly number[], step = 1): number[] {
  if (step !== 1) return splitAmount(total / step, weights).map((part) => part * step);
  if (!Number.isSafeInteger(total)) throw new RangeError(`total must be an integer, got ${total}`);
  if (weights.length === 0) throw new RangeError('an amount cannot be split between nobody');
  if (weights.some((weight) => !Number.isSafeInteger(weight) || weight < 0)) {
    throw new RangeError('weights must be integers, none negative');
  }
  const given = weights.map(BigInt);
  const shares = given.every((weight) => weight === 0n) ? given.map(() => 1n) : given;
  const sum = shares.reduce((left, right) => left + right, 0n);
  const sign = total < 0 ? -1 : 1;
  const parts = shares.map((share, index) => {
    const product = BigInt(Math.abs(total)) * share;
    return { index, amount: Number(product / sum), remainder: product % sum };
  });
  const missing = Math.abs(total) - parts.reduce((left, part) => left + part.amount, 0);
  const byRemainder = parts.toSorted((left, right) =>
    left.remainder === right.remainder ? left.index - right.index : left.remainder < right.remainder ? 1 : -1,
  );
  for (const part of byRemainder.slice(0, missing)) part.amount += 1;
  return parts.map((part) => (part.amount === 0 ? 0 : sign * part.amount));
}

/** Returns the tax contained in a gross amount at `rate` basis points (1900 = 19 %), rounded half up. */
export function includedTax(amount: number, rate: number): number {
  return Math.round((amount * rate) / (10_000 + rate));
}
