/**
 * What is particular about a currency, as Stripe has it (docs.stripe.com/currencies), which is not always as ISO 4217
 * has it: our minor unit is the one that Stripe takes amounts in.
 */

const ZERO_DECIMAL: ReadonlySet<string> = new Set(
  'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' '),
);
const THREE_DECIMAL: ReadonlySet<string> = new Set('bhd jod kwd omr tnd'.split(' '));
/** Known to Stripe and to `Intl`, but what Stripe says of its minor unit is not clear enough to charge by. */
const UNCLEAR: ReadonlySet<string> = new Set(['ugx']);

/** Whether a shop may have this currency, an ISO code in lower case. */
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
 * The step of every amount that is charged or refunded, in minor units. Stripe wants the last digit of a three-decimal
 * currency, and the last two of isk, to be 0.
 */
export function chargeStep(currency: string): number {
  if (currency === 'isk') return 100;
  return THREE_DECIMAL.has(currency) ? 10 : 1;
}

/** Whether Stripe takes such an amount, apart from its least and highest. */
export function isChargeable(amount: number, currency: string): boolean {
  return amount % chargeStep(currency) === 0;
}

/** Digits that people see: those that can differ from 0. */
export function shownDigits(currency: string): number {
  return currency === 'isk' ? 0 : minorDigits(currency);
}
