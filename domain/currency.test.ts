import { expect, test } from 'vitest';
import { chargeStep, isChargeable, isShopCurrency, minorDigits } from './currency.ts';
import { formatAmount } from './money.ts';

test.each([
  ['eur', 2, 1, 1250, '€12.50'],
  ['jpy', 0, 1, 1250, '¥1,250'],
  ['kwd', 3, 10, 1250, 'KWD 1.250'],
  ['isk', 2, 100, 120_000, 'ISK 1,200'],
  // Two decimals in ISO 4217, none at Stripe.
  ['mga', 0, 1, 1250, 'MGA 1,250'],
])('%s has %i decimals and goes in steps of %i', (currency, digits, step, amount, written) => {
  expect(isShopCurrency(currency)).toBe(true);
  expect(minorDigits(currency)).toBe(digits);
  expect(chargeStep(currency)).toBe(step);
  expect(isChargeable(amount, currency)).toBe(true);
  expect(isChargeable(amount + step, currency)).toBe(true);
  expect(formatAmount(amount, currency).replaceAll('\u00a0', ' ')).toBe(written);
});

test('what is between two steps cannot be charged', () => {
  expect(isChargeable(1255, 'kwd')).toBe(false);
  expect(isChargeable(1250, 'isk')).toBe(false);
});

test.each(['xxq', 'EUR', '', 'ugx'])('%j is no currency for a shop', (code) => {
  expect(isShopCurrency(code)).toBe(false);
});
