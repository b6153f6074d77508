/** What staff read of a change of the catalog. */

import type { ChangedPart } from '#domain/catalog-changes.ts';
import type { CatalogChange } from '#domain/contract/catalog.ts';
import { formatAmount } from '#domain/money.ts';

const PART_WORDS: Readonly<Record<ChangedPart, string>> = {
  name: 'name',
  description: 'description',
  category: 'category',
  allergens: 'allergens',
  taxRate: 'tax',
  active: 'on or off the menu',
  variants: 'sizes',
  optionGroups: 'options',
};

/** One change as a phrase: `Price of Large: €3.20 to €3.40`. */
export function changeWords({ type, variant, parts, from, to }: CatalogChange, currency: string): string {
  const of = variant ? ` of ${variant}` : '';
  switch (type) {
    case 'created':
      return 'Added';
    case 'pictured':
      return 'Another picture';
    case 'changed':
      return `Changed: ${parts.map((part) => PART_WORDS[part]).join(', ')}`;
    case 'priced':
      return `Price${of}: ${formatAmount(from ?? 0, currency)} to ${formatAmount(to ?? 0, currency)}`;
    case 'counted':
      return `Stock${of}: ${from} to ${to}`;
  }
}
