import { expect, it } from 'vitest';
import { tipAmountOf, tipChoiceOf } from './tip.ts';

it('is a share of the bill in whole cents', () => {
  expect(tipAmountOf({ kind: 'percent', percent: 10 }, 1245, 'eur')).toBe(125);
  expect(tipAmountOf({ kind: 'percent', percent: 0 }, 1245, 'eur')).toBe(0);
});

it('is what was typed, with a point or a comma', () => {
  expect(tipAmountOf({ kind: 'typed', text: '2,50' }, 1245, 'eur')).toBe(250);
  expect(tipAmountOf({ kind: 'typed', text: ' ' }, 1245, 'eur')).toBe(0);
  expect(tipAmountOf({ kind: 'typed', text: '200' }, 1245, 'jpy')).toBe(200);
});

it('is unknown while what was typed is no amount', () => {
  expect(tipAmountOf({ kind: 'typed', text: 'a lot' }, 1245, 'eur')).toBeUndefined();
  expect(tipAmountOf({ kind: 'typed', text: '-3' }, 1245, 'eur')).toBeUndefined();
});

it('a tip is shown as the choice that gives it', () => {
  expect(tipChoiceOf(0, 1245, 'eur')).toEqual({ kind: 'percent', percent: 0 });
  expect(tipChoiceOf(125, 1245, 'eur')).toEqual({ kind: 'percent', percent: 10 });
  expect(tipChoiceOf(250, 1245, 'eur')).toEqual({ kind: 'typed', text: '2.50' });
  expect(tipAmountOf(tipChoiceOf(250, 1245, 'eur'), 1245, 'eur')).toBe(250);
});
