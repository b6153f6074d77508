import { expect, test } from 'vitest';
import { amountText, parseAmount } from './amount-text.ts';

test('reads amounts with a point, a comma or no decimals', () => {
  expect(['4.5', '4,50', '4', ' 0.05 ', '0'].map((typed) => parseAmount(typed, 'eur'))).toEqual([
    450, 450, 400, 5, 0,
  ]);
});

test('knows how many decimals a currency has', () => {
  expect(parseAmount('450', 'jpy')).toBe(450);
  expect(parseAmount('4.50', 'jpy')).toBeUndefined();
  expect(parseAmount('1.23', 'kwd')).toBe(1230);
  expect(parseAmount('1.234', 'kwd')).toBeUndefined();
  expect(parseAmount('1200', 'isk')).toBe(120_000);
  expect(parseAmount('1200.50', 'isk')).toBeUndefined();
});

test('refuses what is not an amount rather than guess', () => {
  for (const typed of ['', 'abc', '1.234', '1,000.00', '1e3', '.5', '4.', '-1', '€4', '999999999', 'NaN']) {
    expect(parseAmount(typed, 'eur'), typed).toBeUndefined();
  }
});

test('reads a minus only where it is allowed, and no negative zero', () => {
  expect(parseAmount('-0.50', 'eur', { negative: true })).toBe(-50);
  expect(parseAmount('−1', 'eur', { negative: true })).toBe(-100);
  expect(parseAmount('-0', 'eur', { negative: true })).toBe(0);
});

test('writes amounts the way they are read', () => {
  expect(amountText(450, 'eur')).toBe('4.50');
  expect(amountText(450, 'jpy')).toBe('450');
  expect(amountText(1230, 'kwd')).toBe('1.230');
  expect(amountText(120_000, 'isk')).toBe('1200');
  for (const amount of [0, 1, 99, 100, 12_345])
    expect(parseAmount(amountText(amount, 'eur'), 'eur')).toBe(amount);
});
