/** Descriptions of catalog changes for staff. */

import { staffCatalog } from '#messages';
import type { ChangedPart } from '#domain/catalog-changes.ts';
import type { CatalogChange } from '#domain/contract/catalog.ts';
import { formatAmount } from '#lib/ui/money.ts';

const PART_WORDS: Readonly<Record<ChangedPart, string>> = {
  name: staffCatalog.partName(),
  description: staffCatalog.partDescription(),
  category: staffCatalog.partCategory(),
  allergens: staffCatalog.partAllergens(),
  taxRate: staffCatalog.partTaxRate(),
  taxClass: staffCatalog.partTaxClass(),
  facts: staffCatalog.partFacts(),
  active: staffCatalog.partActive(),
  variants: staffCatalog.partVariants(),
  optionGroups: staffCatalog.partOptionGroups(),
};

/** Describes one change: `Price of Large: €3.20 to €3.40`. */
export function changeWords({ type, variant, parts, from, to }: CatalogChange, currency: string): string {
  const of = variant ?? 'none';
  switch (type) {
    case 'created':
      return staffCatalog.changeCreated();
    case 'pictured':
      return staffCatalog.changePictured();
    case 'changed':
      return staffCatalog.changeChanged({ parts: parts.map((part) => PART_WORDS[part]).join(', ') });
    case 'priced':
      return staffCatalog.changePriced({
        variant: of,
        from: formatAmount(from ?? 0, currency),
        to: formatAmount(to ?? 0, currency),
      });
    case 'counted':
      return staffCatalog.changeCounted({ variant: of, from: String(from), to: String(to) });
  }
}
