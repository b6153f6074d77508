/** Money is an integer in the currency's minor unit and an ISO 4217 code in lower case, as Stripe has it. */

interface CurrencyFormat {
  readonly format: Intl.NumberFormat;
  readonly digits: number;
}

/** Making one costs many times what formatting does, and there are few locales and currencies. */
const formats = new Map<string, CurrencyFormat>();

function formatFor(locale: string, currency: string): CurrencyFormat {
  const key = `${locale} ${currency}`;
  const known = formats.get(key);
  if (known) return known;
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency });
  const made = { format, digits: format.resolvedOptions().maximumFractionDigits ?? 2 };
  formats.set(key, made);
  return made;
}

/** Digits after the decimal point for an ISO currency: 2 for eur, 0 for jpy, 3 for kwd. */
export function minorDigits(currency: string): number {
  return formatFor('en', currency).digits;
}

/** An amount in minor units as people write it: `formatAmount(1250, 'eur', 'en')` is `€12.50`. */
export function formatAmount(amount: number, currency: string, locale = 'en'): string {
  const { format, digits } = formatFor(locale, currency);
  return format.format(amount / 10 ** digits);
}

/**
 * Splits `total` in proportion to `weights` by the largest remainder method, so that the parts are integers
 * and sum to `total` exactly. Ties go to the earlier part. All weights zero: split evenly. Throws a RangeError
 * on an empty list, a negative or fractional weight, or a fractional total.
 */
export function splitAmount(total: number, weights: readonly number[]): number[] {
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
  return parts.map((part) => sign * part.amount);
}

/** The tax contained in a gross amount at `rate` basis points (1900 = 19 %), rounded half up. */
export function includedTax(amount: number, rate: number): number {
  return Math.round((amount * rate) / (10_000 + rate));
}
