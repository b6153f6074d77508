/** The catalog for staff: by category, with search and filters. */

import { staffCatalog } from '#messages';
import type { Product } from '#domain/contract/catalog.ts';
import { hasWords } from '#domain/fold.ts';

export interface CategoryGroup {
  readonly category: string;
  readonly products: readonly Product[];
}

/** Filter: everything, or only products that cannot be ordered at the moment, by reason. */
export const CATALOG_FILTERS = [
  { name: 'all', label: staffCatalog.filterAll() },
  { name: 'low', label: staffCatalog.filterLow() },
  { name: 'inactive', label: staffCatalog.filterInactive() },
] as const;
export type CatalogFilter = (typeof CATALOG_FILTERS)[number]['name'];

/** Stock is low at this count or below. */
export const LOW_STOCK = 5;

/** Returns matching products by category, in menu order. */
export function groupCatalog(
  products: readonly Product[],
  search: string,
  filter: CatalogFilter,
): CategoryGroup[] {
  const isFound = (product: Product) => passes(product, filter) && hasWords(textsOf(product), search);
  return [...new Set(products.map(({ category }) => category))]
    .map((category) => ({
      category,
      products: products.filter((product) => product.category === category && isFound(product)),
    }))
    .filter((group) => group.products.length > 0);
}

function textsOf({ name, category, description, optionGroups }: Product): string[] {
  return [
    name,
    category,
    description,
    ...optionGroups.flatMap(({ options }) => options.map((option) => option.name)),
  ];
}

function passes(product: Product, filter: CatalogFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'low':
      return product.active && product.variants.some((variant) => variant.available <= LOW_STOCK);
    case 'inactive':
      return !product.active;
  }
}
