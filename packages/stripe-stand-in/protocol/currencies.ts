const ZERO_DECIMAL = new Set('bif clp djf gnf jpy kmf krw mga pyg rwf ugx vnd vuv xaf xof xpf'.split(' '));
const THREE_DECIMAL = new Set('bhd jod kwd omr tnd'.split(' '));

/** https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts, in minor units. */
const MINIMUM: Record<string, number> = {
  usd: 50, aed: 200, aud: 50, bgn: 100, brl: 50, cad: 50, chf: 50, czk: 1500, dkk: 250, eur: 50, gbp: 30,
  hkd: 400, huf: 17500, inr: 50, jpy: 50, mxn: 1000, myr: 200, nok: 300, nzd: 50, pln: 200, ron: 200,
  sek: 300, sgd: 50, thb: 1000,
}; // prettier-ignore

const OTHERS =
  'afn all amd ang aoa ars awg azn bam bbd bdt bmd bnd bob bsd bwp byn bzd cdf cop crc cve dop dzd egp etb fjd fkp gel gip gmd gtq gyd hnl htg idr ils isk jmd kes kgs khr kyd kzt lak lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mzn nad ngn nio npr pab pen pgk php pkr qar rsd rub sar sbd scr shp sle sos srd std szl tjs top try ttd twd tzs uah uyu uzs wst xcd yer zar zmw';

const SUPPORTED: ReadonlySet<string> = new Set([
  ...Object.keys(MINIMUM),
  ...OTHERS.split(' '),
  ...ZERO_DECIMAL,
  ...THREE_DECIMAL,
]);

/** The currencies a payment may be made in, as Stripe lists them in its error. */
export const supportedCurrencies: readonly string[] = [...SUPPORTED];

/** True for a lower-case ISO code that payments may be made in. */
export function isCurrency(code: string): boolean {
  return SUPPORTED.has(code);
}

/** How many digits the minor unit has: 0, 2 or 3. */
export function decimalsOf(currency: string): number {
  if (ZERO_DECIMAL.has(currency)) return 0;
  return THREE_DECIMAL.has(currency) ? 3 : 2;
}

/** The least amount of a payment, in minor units. */
export function minimumAmount(currency: string): number {
  return MINIMUM[currency] ?? (decimalsOf(currency) === 3 ? 100 : 50);
}

/** The highest amount of a payment, in minor units: eight digits. */
export const MAXIMUM_AMOUNT = 99_999_999;

/**
 * What amounts must be a multiple of: 10 for three-decimal currencies, whose last digit card networks do not know;
 * 100 for ISK, which became zero-decimal but is still given with two (docs.stripe.com/currencies#special-cases).
 */
export function amountStep(currency: string): number {
  if (currency === 'isk') return 100;
  return decimalsOf(currency) === 3 ? 10 : 1;
}

/** `€12.50`, as Stripe's messages write amounts. */
export function formatAmount(amount: number, currency: string): string {
  const digits = decimalsOf(currency);
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: currency.toUpperCase(),
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(amount / 10 ** digits);
}
