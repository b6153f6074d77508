/** A customer's choice of a product, and its price, by the rules of the server's price snapshot. */

import * as m from '#messages';
import type { OptionGroup, Product, Variant } from '#domain/contract/catalog.ts';

/** Returns the unit price in minor units with the chosen options, at least zero. Unknown options cost nothing. */
export function unitAmountOf(product: Product, variant: Variant, options: readonly string[]): number {
  const extras = product.optionGroups
    .flatMap((group) => group.options)
    .filter((option) => options.includes(option.id))
    .reduce((sum, option) => sum + option.amount, 0);
  return Math.max(0, variant.unitAmount + extras);
}

/** Returns the lowest price of a product: its cheapest variant with the cheapest required options. */
export function cheapestAmount(product: Product): number {
  const required = product.optionGroups.reduce((sum, group) => {
    const cheapest = group.options.map((option) => option.amount).toSorted((left, right) => left - right);
    return sum + cheapest.slice(0, group.minimum).reduce((part, amount) => part + amount, 0);
  }, 0);
  return Math.max(0, Math.min(...product.variants.map((variant) => variant.unitAmount)) + required);
}

/** Returns whether prices differ by choice, so that a menu says "from". */
export function hasPriceRange(product: Product): boolean {
  const prices = new Set(product.variants.map((variant) => variant.unitAmount));
  const surcharged = product.optionGroups.some(
    (group) => group.minimum > 0 && new Set(group.options.map((option) => option.amount)).size > 1,
  );
  return prices.size > 1 || surcharged;
}

/** Returns whether it can be added with one press: one variant, and no required choice. */
export function isPlain(product: Product): boolean {
  return product.variants.length === 1 && product.optionGroups.every((group) => group.minimum === 0);
}

/** Returns whether no variant is available. */
export function isSoldOut(product: Product): boolean {
  return product.variants.every((variant) => variant.available === 0);
}

/** Returns the rule of a group in words: "Choose 1", "Choose up to 3", "Choose 1 to 2". */
export function ruleOf(group: OptionGroup): string {
  if (group.minimum === group.maximum) return m.product.chooseExactly({ count: group.minimum });
  if (group.minimum === 0) return m.product.chooseUpTo({ count: group.maximum });
  return m.product.chooseBetween({ least: group.minimum, most: group.maximum });
}

/** Returns the problem with the choice in this group, in words; undefined if complete. */
export function problemOf(group: OptionGroup, options: readonly string[]): string | undefined {
  const count = group.options.filter((option) => options.includes(option.id)).length;
  if (count < group.minimum) {
    if (group.maximum === 1) return m.product.needsOne();
    return count === 0
      ? m.product.needsSome({ count: group.minimum })
      : m.product.needsMore({ count: group.minimum - count });
  }
  if (count > group.maximum) return m.product.tooMany({ most: group.maximum, count: count - group.maximum });
  return undefined;
}

/**
 * Returns the initial choice: the first option of every group that requires exactly one and whose first option is free;
 * the rest is left to the customer.
 */
export function initialOptions(product: Product): string[] {
  return product.optionGroups.flatMap((group) => {
    const first = group.options[0];
    const isDefault = group.minimum === 1 && group.maximum === 1 && first?.amount === 0;
    return isDefault && group.options.some((option) => option.amount !== 0) ? [first.id] : [];
  });
}
