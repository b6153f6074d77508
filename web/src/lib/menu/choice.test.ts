import { describe, expect, it } from 'vitest';
import { aGroup, aProduct, aVariant } from './builders.ts';
import {
  cheapestAmount,
  hasPriceRange,
  initialOptions,
  isPlain,
  problemOf,
  ruleOf,
  unitAmountOf,
} from './choice.ts';

describe('the price of one', () => {
  const extras = aGroup({ 'Extra shot': 90, 'Vanilla syrup': 60 }, { maximum: 2 });
  const product = aProduct({ optionGroups: [extras] });
  const [variant] = product.variants;

  it('is the variant with its chosen options', () => {
    const all = extras.options.map((option) => option.id);
    expect(unitAmountOf(product, variant!, [])).toBe(350);
    expect(unitAmountOf(product, variant!, all)).toBe(500);
  });

  it('never falls below zero', () => {
    const without = aGroup({ 'No side': -900 });
    const dish = aProduct({ optionGroups: [without] });
    expect(unitAmountOf(dish, dish.variants[0]!, [without.options[0]!.id])).toBe(0);
  });

  it('on the menu counts the cheapest of what must be chosen', () => {
    const size = [aVariant({ unitAmount: 450 }), aVariant({ unitAmount: 350 })];
    const milk = aGroup({ Oat: 50, Soy: 40 }, { minimum: 1 });
    const product = aProduct({ variants: size, optionGroups: [milk] });
    expect(cheapestAmount(product)).toBe(390);
    expect(hasPriceRange(product)).toBe(true);
  });
});

describe('a choice', () => {
  it('says its rule in words', () => {
    expect(ruleOf(aGroup({ a: 0, b: 0 }, { minimum: 1, maximum: 1 }))).toBe('Choose 1');
    expect(ruleOf(aGroup({ a: 0, b: 0 }, { minimum: 0, maximum: 2 }))).toBe('Choose up to 2');
    expect(ruleOf(aGroup({ a: 0, b: 0 }, { minimum: 1, maximum: 2 }))).toBe('Choose 1 to 2');
  });

  it('says what is missing and what is too much', () => {
    const group = aGroup({ a: 0, b: 0, c: 0 }, { minimum: 2, maximum: 2 });
    const [a, b, c] = group.options.map((option) => option.id);
    expect(problemOf(group, [])).toBe('Please choose at least 2.');
    expect(problemOf(group, [a!])).toBe('Please choose 1 more.');
    expect(problemOf(group, [a!, b!])).toBeUndefined();
    expect(problemOf(group, [a!, b!, c!])).toBe('At most 2: please take 1 away.');
  });

  it('starts with the free option where one must be chosen and another costs more', () => {
    const milk = aGroup({ 'Whole milk': 0, 'Oat milk': 50 }, { minimum: 1, maximum: 1 });
    const shoes = aGroup({ 'EU 36': 0, 'EU 37': 0 }, { minimum: 1, maximum: 1 });
    expect(initialOptions(aProduct({ optionGroups: [milk, shoes] }))).toEqual([milk.options[0]!.id]);
  });

  it('is not needed for a plain product', () => {
    expect(isPlain(aProduct({ optionGroups: [aGroup({ 'Extra shot': 90 })] }))).toBe(true);
    expect(isPlain(aProduct({ optionGroups: [aGroup({ Oat: 0 }, { minimum: 1 })] }))).toBe(false);
    expect(isPlain(aProduct({ variants: [aVariant(), aVariant()] }))).toBe(false);
  });
});
