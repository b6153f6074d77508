/**
 * Currency rules of Stripe (docs.stripe.com/currencies), which differ from ISO 4217 in places. Our minor unit is the
 * one in which Stripe takes amounts.
 */

const ZERO_DECIMAL: ReadonlySet<string> = new Set(
  'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '),
);
const THREE_DECIMAL: ReadonlySet<string> = new Set('bhd jod kwd omr tnd'.split(' '));
/** Supported by Stripe and `Intl`, but Stripe's documentation of the minor unit is too unclear to charge by. */
const UNCLEAR: ReadonlySet<string> = new Set(['ugx']);

/** Returns whether a shop may use this currency, an ISO code in lower case. */
export function isShopCurrency(code: string): boolean {
  const isCode = /^[a-z]{3}$/.test(code) && Intl.supportedValuesOf('currency').includes(code.toUpperCase());
  return isCode && !UNCLEAR.has(code);
}

/** Digits of the minor unit: 2 for eur, 0 for jpy, 3 for kwd. */
export function minorDigits(currency: string): number {
  if (ZERO_DECIMAL.has(currency)) return 0;
  return THREE_DECIMAL.has(currency) ? 3 : 2;
}

/**
 * Returns the step of every charged or refunded amount, in minor units. Stripe requires the last digit of three-decimal
 * currencies, and the last two of isk, to be 0.
 */
export function chargeStep(currency: string): number {
  if (currency === 'isk') return 100;
  return THREE_DECIMAL.has(currency) ? 10 : 1;
}

/** Returns whether Stripe takes such an amount, apart from its minimum and maximum. */
export function isChargeable(amount: number, currency: string): boolean {
  return amount % chargeStep(currency) === 0;
}

/** Returns the number of displayed decimals: those that can differ from 0. */
export function shownDigits(currency: string): number {
  return currency === 'isk' ? 0 : minorDigits(currency);
}
