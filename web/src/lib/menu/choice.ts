/** What a customer chooses of a product, and what it costs: the same rules as the server's price snapshot. */

import * as m from '#messages';
import type { OptionGroup, Product, Variant } from '#domain/contract/catalog.ts';

/** Price of one in minor units, chosen options included; never below zero. Unknown options cost nothing. */
export function unitAmountOf(product: Product, variant: Variant, options: readonly string[]): number {
  const extras = product.optionGroups
    .flatMap((group) => group.options)
    .filter((option) => options.includes(option.id))
    .reduce((sum, option) => sum + option.amount, 0);
  return Math.max(0, variant.unitAmount + extras);
}

/** The least a product costs: its cheapest variant, with the cheapest of what must be chosen. */
export function cheapestAmount(product: Product): number {
  const required = product.optionGroups.reduce((sum, group) => {
    const cheapest = group.options.map((option) => option.amount).toSorted((left, right) => left - right);
    return sum + cheapest.slice(0, group.minimum).reduce((part, amount) => part + amount, 0);
  }, 0);
  return Math.max(0, Math.min(...product.variants.map((variant) => variant.unitAmount)) + required);
}

/** True when not every way of having it costs the same, so that a menu says "from". */
export function hasPriceRange(product: Product): boolean {
  const prices = new Set(product.variants.map((variant) => variant.unitAmount));
  const surcharged = product.optionGroups.some(
    (group) => group.minimum > 0 && new Set(group.options.map((option) => option.amount)).size > 1,
  );
  return prices.size > 1 || surcharged;
}

/** True when it can go to the cart with one press: one variant, and nothing that must be chosen. */
export function isPlain(product: Product): boolean {
  return product.variants.length === 1 && product.optionGroups.every((group) => group.minimum === 0);
}

/** True when no variant is to be had. */
export function isSoldOut(product: Product): boolean {
  return product.variants.every((variant) => variant.available === 0);
}

/** The rule of a group in words: "Choose 1", "Choose up to 3", "Choose 1 to 2". */
export function ruleOf(group: OptionGroup): string {
  if (group.minimum === group.maximum) return m.product.chooseExactly({ count: group.minimum });
  if (group.minimum === 0) return m.product.chooseUpTo({ count: group.maximum });
  return m.product.chooseBetween({ least: group.minimum, most: group.maximum });
}

/** What is wrong with the choice in this group, in words; undefined when it is complete. */
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
 * The choice a dialog opens with: the first option of every group of which exactly one must be chosen and that
 * costs nothing; the rest is left to the customer.
 */
export function initialOptions(product: Product): string[] {
  return product.optionGroups.flatMap((group) => {
    const first = group.options[0];
    const isDefault = group.minimum === 1 && group.maximum === 1 && first?.amount === 0;
    return isDefault && group.options.some((option) => option.amount !== 0) ? [first.id] : [];
  });
}
