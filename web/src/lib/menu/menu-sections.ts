import type { Product } from '#domain/contract/catalog.ts';

/** One category of the menu. `anchor` is the id of its heading. */
export interface MenuSection {
  readonly category: string;
  readonly anchor: string;
  readonly products: readonly Product[];
}

/** The menu by category, both in the order the catalog gives. */
export function sectionsOf(products: readonly Product[]): MenuSection[] {
  const byCategory = Map.groupBy(products, (product) => product.category);
  return [...byCategory].map(([category, found]) => ({
    category,
    anchor: anchorOf(category),
    products: found,
  }));
}

/** The products whose name, category or description has every word of `query`; those with it in the name first. */
export function searchProducts(products: readonly Product[], query: string): Product[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) return [...products];
  const matches = products.filter((product) => {
    const text = fold(`${product.name} ${product.category} ${product.description}`);
    return words.every((word) => text.includes(word));
  });
  const inName = (product: Product): number =>
    words.filter((word) => fold(product.name).includes(word)).length;
  return matches.toSorted((left, right) => inName(right) - inName(left));
}

function anchorOf(category: string): string {
  return `menu-${fold(category)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')}`;
}

/** Lower case without accents, so that "jalapenos" finds "Jalapeños". */
function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
