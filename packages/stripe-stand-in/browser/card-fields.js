// @ts-check

/** @typedef {{ code: string, message: string }} FieldError */

/** @type {[string, RegExp, number[], number, string][]} brand, how its numbers begin, their lengths, of the code, its sign */
const BRANDS = [
  ['visa', /^4/, [16], 3, 'VISA'],
  ['mastercard', /^(5[1-5]|2[2-7])/, [16], 3, 'MC'],
  ['amex', /^3[47]/, [15], 4, 'AMEX'],
  ['discover', /^(6011|64|65)/, [16], 3, 'DISC'],
  ['diners', /^(36|38|30)/, [14, 16], 3, 'DINERS'],
  ['jcb', /^35/, [16], 3, 'JCB'],
  ['unionpay', /^62/, [16, 19], 3, 'UP'],
];

/** @param {string} digits */
export function brandOf(digits) {
  const [brand, , lengths, cvcLength, sign] = BRANDS.find(([, start]) => start.test(digits)) ?? [
    'unknown',
    /./,
    [16],
    3,
    '',
  ];
  return { brand, lengths, cvcLength, sign };
}

/** @param {string} value @returns {string} */
export function digitsOf(value) {
  return value.replaceAll(/\D/g, '');
}

/** Groups of four; 4-6-5 for American Express. @param {string} digits */
export function formatNumber(digits) {
  const { brand, lengths } = brandOf(digits);
  const kept = digits.slice(0, Math.max(...lengths));
  const groups =
    brand === 'amex' || (brand === 'diners' && kept.length <= 14)
      ? [kept.slice(0, 4), kept.slice(4, 10), kept.slice(10)]
      : (kept.match(/.{1,4}/g) ?? []);
  return groups.filter(Boolean).join(' ');
}

/** `MM / YY`. @param {string} value @param {boolean} deleting */
export function formatExpiry(value, deleting) {
  let digits = digitsOf(value);
  if (/^[2-9]/.test(digits)) digits = `0${digits}`;
  if (/^\d\s*\/$/.test(value.trim())) digits = `0${digits}`;
  if (/^20\d\d$/.test(digits.slice(2))) digits = digits.slice(0, 2) + digits.slice(4);
  digits = digits.slice(0, digits.slice(2).startsWith('20') ? 6 : 4);
  if (digits.length < 2 || (deleting && digits.length === 2)) return digits;
  return `${digits.slice(0, 2)} / ${digits.slice(2)}`;
}

/** @param {string} value @returns {FieldError | null} */
export function checkNumber(value) {
  const digits = digitsOf(value);
  const { lengths } = brandOf(digits);
  if (!lengths.includes(digits.length))
    return { code: 'incomplete_number', message: 'Your card number is incomplete.' };
  if (!luhn(digits)) return { code: 'invalid_number', message: 'Your card number is invalid.' };
  return null;
}

/** @param {string} value @param {Date} now @returns {FieldError | null} */
export function checkExpiry(value, now) {
  const digits = digitsOf(value);
  if (digits.length !== 4)
    return { code: 'incomplete_expiry', message: 'Your card’s expiration date is incomplete.' };
  const { month, year } = expiryOf(value);
  if (month < 1 || month > 12)
    return { code: 'invalid_expiry_month', message: 'Your card’s expiration date is invalid.' };
  if (year < now.getFullYear())
    return { code: 'invalid_expiry_year_past', message: 'Your card’s expiration year is in the past.' };
  if (year === now.getFullYear() && month < now.getMonth() + 1) {
    return { code: 'invalid_expiry_month_past', message: 'Your card’s expiration date is in the past.' };
  }
  if (year > now.getFullYear() + 50)
    return { code: 'invalid_expiry_year', message: 'Your card’s expiration year is invalid.' };
  return null;
}

/** @param {string} value */
export function expiryOf(value) {
  const digits = digitsOf(value);
  return { month: Number(digits.slice(0, 2)), year: 2000 + Number(digits.slice(2, 4)) };
}

/** @param {string} value @param {string} number @returns {FieldError | null} */
export function checkCvc(value, number) {
  if (digitsOf(value).length === brandOf(digitsOf(number)).cvcLength) return null;
  return { code: 'incomplete_cvc', message: 'Your card’s security code is incomplete.' };
}

/** @param {string} digits */
function luhn(digits) {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}
