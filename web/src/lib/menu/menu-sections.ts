import type { Product } from '#domain/contract/catalog.ts';
import { foldText } from '#domain/fold.ts';

/** A category of the menu. `anchor` is the unique id of its heading. */
export interface MenuSection {
  readonly category: string;
  readonly anchor: string;
  readonly products: readonly Product[];
}

/** Groups the menu by category, both in catalog order. */
export function sectionsOf(products: readonly Product[]): MenuSection[] {
  const byCategory = new Map<string, Product[]>();
  for (const product of products) {
    const found = byCategory.get(product.category);
    if (found) found.push(product);
    else byCategory.set(product.category, [product]);
  }
  const anchors = new Set<string>();
  return [...byCategory].map(([category, found]) => ({
    category,
    anchor: takeAnchor(category, anchors),
    products: found,
  }));
}

/** Returns up to `most` different pictures for the head of the menu, from sections far apart. */
export function picturesOf(sections: readonly MenuSection[], most: number): string[] {
  const corners = Array.from({ length: most }, (_, index) =>
    Math.floor(((index + 0.5) / most) * sections.length),
  );
  const picked = [...new Set([...corners, ...sections.keys()])]
    .map((index) => sections[index])
    .flatMap((section) => section?.products.find(({ imageUrl }) => imageUrl !== null)?.imageUrl ?? []);
  return [...new Set(picked)].slice(0, most);
}

/** Returns `menu-pizza`, or `menu-pizza-2` where the categories `Pizza` and `pizza!` would share it. */
function takeAnchor(category: string, taken: Set<string>): string {
  const plain = `menu-${foldText(category)
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')}`;
  let anchor = plain;
  for (let count = 2; taken.has(anchor); count += 1) anchor = `${plain}-${count}`;
  taken.add(anchor);
  return anchor;
}
