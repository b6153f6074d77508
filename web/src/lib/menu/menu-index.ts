/** The search of the menu. Loaded on demand, since most guests never search. */

import * as m from '#messages';
import MiniSearch from 'minisearch';
import type { Product } from '#domain/contract/catalog.ts';
import { wordsOf } from '#domain/fold.ts';
import { alsoCalled } from './allergen-words.ts';

/** Searched fields of a product, by descending weight. */
const BOOST = { name: 8, options: 4, category: 3, allergens: 2, description: 1, within: 1 };
const FIELDS = Object.keys(BOOST);

/** Parts within a word that also match: `kuchen` in Käsekuchen, never `oat` in coat. */
const SHORTEST_PART = 5;

/** A vegan product is vegetarian, too. */
const MEANS_TOO: Readonly<Record<string, string>> = { vegan: 'vegetarian' };

/** Finds products of this menu, best match first; without an exact match, by similar words. */
export function createMenuIndex(products: readonly Product[]): (query: string) => Product[] {
  const byId = new Map(products.map((product) => [product.id, product]));
  const index = new MiniSearch<Product>({
    fields: FIELDS,
    extractField: (product, field) => (field === 'id' ? product.id : textOf(product, field)),
    tokenize,
    processTerm: (word, field) => (field === 'within' ? partsOf(word) : meaningsOf(word)),
    searchOptions: { processTerm: (word) => word, combineWith: 'AND', boost: BOOST },
  });
  index.addAll(products);
  return (query) => {
    const exactly = index.search(query, { prefix: true });
    const found = exactly.length > 0 ? exactly : index.search(query, { prefix: true, fuzzy: mistakesIn });
    return found.flatMap(({ id }) => byId.get(id as string) ?? []);
  };
}

/** Share of letters that may be wrong; in a short word that would be another word. */
function mistakesIn(word: string): number | false {
  return word.length > 3 ? 0.25 : false;
}

/** Splits into words; `gluten-free` is one, so that its search never finds products full of gluten. */
function tokenize(text: string): string[] {
  return wordsOf(text)
    .join(' ')
    .replace(/(\S+) (free|less)(?=$| )/g, '$1$2')
    .split(' ')
    .filter(Boolean);
}

function textOf(product: Product, field: string): string {
  switch (field) {
    case 'name':
      return product.name;
    case 'category':
      return product.category;
    case 'description':
      return product.description;
    case 'options':
      return [...product.variants, ...product.optionGroups.flatMap(({ options }) => options)]
        .map(({ name }) => name)
        .join(' ');
    case 'allergens':
      return product.allergens
        .map((allergen) => `${m.allergen[allergen]()} ${allergen} ${alsoCalled(allergen)}`)
        .join(' ');
    default:
      return `${product.name} ${product.category}`;
  }
}

function meaningsOf(word: string): string[] {
  const other = MEANS_TOO[word];
  return other === undefined ? [word] : [word, other];
}

function partsOf(word: string): string[] {
  const letters = Array.from(word);
  const count = Math.max(0, letters.length - SHORTEST_PART);
  return Array.from({ length: count }, (_, index) => letters.slice(index + 1).join(''));
}
